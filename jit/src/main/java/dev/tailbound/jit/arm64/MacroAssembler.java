package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Register.SP;

import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// Adds multi-instruction sequences and the specific forms of the kernel's JIT to the mnemonics.
public class MacroAssembler extends Assembler {
    private static final long ADDRESS_TOP = 0xffffL << 48;

    private final KernelGeneration kernel;

    public MacroAssembler(KernelGeneration kernel) {
        this.kernel = kernel;
    }

    public KernelGeneration kernel() {
        return kernel;
    }

    /// The register that a BPF register is mapped to.
    public Register register(Reg reg) {
        return kernel.register(reg);
    }

    /// `mov rd, rn` between registers other than `sp`; also emitted if both are the same, because it truncates to 32 bits.
    public void mov(Width w, Register rd, Register rn) {
        if (kernel.movesByOrr()) {
            orr(w, rd, Register.ZR, rn);
        } else {
            add(w, rd, rn, 0);
        }
    }

    /// `mov rd, sp`
    public void movFromSp(Register rd) {
        add(W64, rd, SP, 0);
    }

    /// Pushes a pair, so that `sp` stays a multiple of 16; `lower` is at the lower address.
    public void push(Register lower, Register upper) {
        stpPre(lower, upper, SP, -16);
    }

    public void pop(Register lower, Register upper) {
        ldpPost(lower, upper, SP, 16);
    }

    /// Loads a constant of 32 bits, sign-extended to the width: one or two instructions.
    public void movImmediate(Width w, Register rd, int value) {
        int high = value >>> 16;
        int low = value & 0xffff;
        if (high == 0xffff) {
            movn(w, rd, low ^ 0xffff, 0);
        } else if (high >= 0x8000) {
            movn(w, rd, high ^ 0xffff, 16);
            movk(w, rd, low, 0);
        } else {
            movz(w, rd, low, 0);
            if (high != 0) {
                movk(w, rd, high, 16);
            }
        }
    }

    /// Loads any constant: one to four instructions.
    public void movConstant(Register rd, long value) {
        if (value >>> 32 == 0) {
            movImmediate(W32, rd, (int) value);
            return;
        }
        boolean inverted = blocksEqualTo(0xffff, value) > blocksEqualTo(0, value);
        int filler = inverted ? 0xffff : 0;
        int shift = (63 - Long.numberOfLeadingZeros(inverted ? ~value : value)) & -16;
        if (inverted) {
            shift = Math.max(shift, 0); // all ones have no top block
            movn(W64, rd, block(~value, shift), shift);
        } else {
            movz(W64, rd, block(value, shift), shift);
        }
        while ((shift -= 16) >= 0) {
            if (block(value, shift) != filler) {
                movk(W64, rd, block(value, shift), shift);
            }
        }
    }

    /// Loads a code address in always three instructions, so that code size does not depend on the address.
    ///
    /// The top 16 bits become ones, as in all kernel addresses.
    public void movAddress(Register rd, long address) {
        if ((address & ADDRESS_TOP) != ADDRESS_TOP) {
            throw new IllegalArgumentException("address %#x, expected one with bits 63..48 set".formatted(address));
        }
        movn(W64, rd, block(~address, 0), 0);
        movk(W64, rd, block(address, 16), 16);
        movk(W64, rd, block(address, 32), 32);
    }

    /// `rd = rn + imm`; may use TMP1.
    public void addConstant(Width w, Register rd, Register rn, int imm) {
        if (isAddSubImmediate(imm)) {
            add(w, rd, rn, imm);
        } else if (isAddSubImmediate(-imm)) {
            sub(w, rd, rn, -imm);
        } else {
            movImmediate(w, TMP1, imm);
            add(w, rd, rn, TMP1);
        }
    }

    /// `rd = rn - imm`; may use TMP1.
    public void subConstant(Width w, Register rd, Register rn, int imm) {
        if (isAddSubImmediate(imm)) {
            sub(w, rd, rn, imm);
        } else if (isAddSubImmediate(-imm)) {
            add(w, rd, rn, -imm);
        } else {
            movImmediate(w, TMP1, imm);
            sub(w, rd, rn, TMP1);
        }
    }

    /// Compares `rn` with the immediate; may use TMP1.
    public void cmpConstant(Width w, Register rn, int imm) {
        if (isAddSubImmediate(imm)) {
            cmp(w, rn, imm);
        } else if (isAddSubImmediate(-imm)) {
            cmn(w, rn, -imm);
        } else {
            movImmediate(w, TMP1, imm);
            cmp(w, rn, TMP1);
        }
    }

    /// `rd = rn & imm`, with the immediate sign-extended to the width; may use TMP1, as may the three below.
    public void andConstant(Width w, Register rd, Register rn, int imm) {
        logical(w, imm, bitmask -> and(w, rd, rn, bitmask), rm -> and(w, rd, rn, rm));
    }

    public void orrConstant(Width w, Register rd, Register rn, int imm) {
        logical(w, imm, bitmask -> orr(w, rd, rn, bitmask), rm -> orr(w, rd, rn, rm));
    }

    public void eorConstant(Width w, Register rd, Register rn, int imm) {
        logical(w, imm, bitmask -> eor(w, rd, rn, bitmask), rm -> eor(w, rd, rn, rm));
    }

    public void tstConstant(Width w, Register rn, int imm) {
        logical(w, imm, bitmask -> tst(w, rn, bitmask), rm -> tst(w, rn, rm));
    }

    private void logical(Width w, int imm, IntConsumer withBitmask, Consumer<Register> withRegister) {
        var bitmask = LogicalImmediate.encode(imm, w);
        if (bitmask.isPresent()) {
            withBitmask.accept(bitmask.getAsInt());
        } else {
            movImmediate(w, TMP1, imm);
            withRegister.accept(TMP1);
        }
    }

    private static int block(long value, int shift) {
        return (int) (value >>> shift) & 0xffff;
    }

    private static int blocksEqualTo(int filler, long value) {
        int count = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 16) {
            count += block(value, shift) == filler ? 1 : 0;
        }
        return count;
    }
}
