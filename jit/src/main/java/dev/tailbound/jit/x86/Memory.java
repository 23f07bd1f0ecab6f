package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Gpr.RAX;
import static dev.tailbound.jit.x86.Gpr.SCRATCH;

import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// Selects instructions for loads, stores and atomic operations.
///
/// x86-64 orders loads and stores as acquire and release want it, so these are plain ones.
public class Memory {
    /// Holds R0 while rax serves a compare-and-exchange loop; the register of AX, which no atomic operation names.
    private static final Gpr SAVED_R0 = Gpr.of(Reg.AX);

    protected final Assembler asm;
    protected final X86Options options;

    public Memory(Assembler asm, X86Options options) {
        this.asm = asm;
        this.options = options;
    }

    public void load(Size size, boolean signed, Reg dst, Reg base, int off) {
        var src = Mem.at(Gpr.of(base), off);
        if (signed) {
            asm.movsx(size, Gpr.of(dst), src);
            return;
        }
        switch (size) {
            case B -> asm.movzx8(Gpr.of(dst), src);
            case H -> asm.movzx16(Gpr.of(dst), src);
            case W -> asm.mov(W32, Gpr.of(dst), src);
            case DW -> asm.mov(W64, Gpr.of(dst), src);
        }
    }

    public void store(Size size, Reg base, int off, Operand src) {
        var dst = Mem.at(Gpr.of(base), off);
        switch (src) {
            case Reg reg -> asm.mov(size, dst, Gpr.of(reg));
            case Imm(int imm) -> asm.mov(size, dst, imm);
        }
    }

    public void atomic(Insn.Atomic insn) {
        var width = insn.size() == Size.DW ? W64 : W32;
        var dst = Mem.at(Gpr.of(insn.base()), insn.off());
        var src = Gpr.of(insn.src());
        switch (insn.op()) {
            case ADD -> locked(Arith.ADD, width, dst, src);
            case OR -> locked(Arith.OR, width, dst, src);
            case AND -> locked(Arith.AND, width, dst, src);
            case XOR -> locked(Arith.XOR, width, dst, src);
            case FETCH_ADD -> {
                asm.lock();
                asm.xadd(width, dst, src);
            }
            case FETCH_OR -> fetch(Arith.OR, width, insn);
            case FETCH_AND -> fetch(Arith.AND, width, insn);
            case FETCH_XOR -> fetch(Arith.XOR, width, insn);
            case XCHG -> {
                if (options.kernel().locksXchg()) {
                    asm.lock();
                }
                asm.xchg(width, dst, src);
            }
            case CMPXCHG -> {
                asm.lock();
                asm.cmpxchg(width, dst, src);
            }
        }
    }

    protected void locked(Arith op, Width width, Mem dst, Gpr src) {
        asm.lock();
        asm.alu(op, width, dst, src);
    }

    /// A loop around compare-and-exchange: x86 has no such operation that gives the old value.
    protected void fetch(Arith op, Width width, Insn.Atomic insn) {
        var base = aside(insn.base());
        var src = aside(insn.src());
        var memory = Mem.at(base, insn.off());
        var retry = new Label();
        asm.mov(W64, SAVED_R0, RAX);
        asm.bind(retry);
        asm.mov(width, RAX, memory);
        asm.mov(width, SCRATCH, RAX);
        asm.alu(op, width, SCRATCH, src);
        asm.lock();
        asm.cmpxchg(width, memory, SCRATCH);
        asm.jcc(Cc.NE, retry);
        asm.mov(width, src, RAX);
        asm.mov(W64, RAX, SAVED_R0);
    }

    /// The register of an operand while rax is in use.
    protected Gpr aside(Reg reg) {
        return reg == Reg.R0 ? SAVED_R0 : Gpr.of(reg);
    }
}
