package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP2;

import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;

/// Selects instructions for loads and stores.
public class MemoryEmitter {
    private final MacroAssembler asm;
    private final TailCallScheme scheme;
    private final FrameLayout frame;

    public MemoryEmitter(MacroAssembler asm, TailCallScheme scheme, FrameLayout frame) {
        this.asm = asm;
        this.scheme = scheme;
        this.frame = frame;
    }

    public void load(Insn.Load insn) {
        var dst = asm.register(insn.dst());
        var at = address(insn.base(), insn.off(), insn.size(), TMP1);
        if (insn.signed()) {
            loadSigned(insn.size(), dst, signExtended(at));
        } else {
            load(insn.size(), dst, at);
        }
    }

    public void store(Insn.Store insn) {
        switch (insn.src()) {
            case Imm(var value) -> {
                asm.movImmediate(W64, TMP1, value);
                store(insn.size(), TMP1, address(insn.base(), insn.off(), insn.size(), TMP2));
            }
            case Reg src -> store(insn.size(), asm.register(src), address(insn.base(), insn.off(), insn.size(), TMP1));
        }
    }

    public void loadAcquire(Insn.LoadAcquire insn) {
        asm.ldar(insn.size(), asm.register(insn.dst()), pointer(insn.base(), insn.off()));
    }

    public void storeRelease(Insn.StoreRelease insn) {
        asm.stlr(insn.size(), asm.register(insn.src()), pointer(insn.base(), insn.off()));
    }

    /// A register that holds `base + off`, for instructions without an offset: the base itself or TMP1.
    public Register pointer(Reg base, int off) {
        var register = asm.register(base);
        if (off == 0) {
            return register;
        }
        if (asm.kernel().addsAtomicOffsets()) {
            asm.addConstant(W64, TMP1, register, off);
        } else {
            asm.movImmediate(W64, TMP1, off);
            asm.add(W64, TMP1, TMP1, register);
        }
        return TMP1;
    }

    /// The operand for `base + off`; an offset that the access cannot encode goes to `scratch`.
    protected Address address(Reg base, int off, Size size, Register scratch) {
        var register = asm.register(base);
        var direct = base == Reg.R10 ? scheme.stack(frame, off) : new Address.Offset(register, off);
        if (Address.Offset.fits(direct.offset(), size)) {
            return direct;
        }
        asm.movImmediate(W64, scratch, off);
        return new Address.Indexed(register, scratch);
    }

    /// The kernel's form of the index in sign-extending loads.
    private static Address signExtended(Address at) {
        return at instanceof Address.Indexed(var base, var index, _) ? new Address.Indexed(base, index, true) : at;
    }

    protected void load(Size size, Register dst, Address at) {
        switch (size) {
            // @formatter:off
            case B  -> asm.ldrb(dst, at);
            case H  -> asm.ldrh(dst, at);
            case W  -> asm.ldr(W32, dst, at);
            case DW -> asm.ldr(W64, dst, at);
            // @formatter:on
        }
    }

    protected void loadSigned(Size size, Register dst, Address at) {
        switch (size) {
            // @formatter:off
            case B  -> asm.ldrsb(dst, at);
            case H  -> asm.ldrsh(dst, at);
            case W  -> asm.ldrsw(dst, at);
            case DW -> throw new IllegalArgumentException("sign-extending load of 64 bits");
            // @formatter:on
        }
    }

    protected void store(Size size, Register src, Address at) {
        switch (size) {
            // @formatter:off
            case B  -> asm.strb(src, at);
            case H  -> asm.strh(src, at);
            case W  -> asm.str(W32, src, at);
            case DW -> asm.str(W64, src, at);
            // @formatter:on
        }
    }
}
