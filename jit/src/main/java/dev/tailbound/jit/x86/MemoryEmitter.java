package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.SCRATCH;

import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// Selects instructions for loads, stores and atomic operations.
///
/// Plain x86-64 loads and stores already have acquire and release semantics.
public class MemoryEmitter {
    /// Holds R0 while a compare-and-exchange loop uses rax. It is the register of AX, which atomic operations do not use.
    private static final Register SAVED_R0 = Register.of(Reg.AX);

    protected final Assembler asm;
    protected final X86Options options;

    public MemoryEmitter(Assembler asm, X86Options options) {
        this.asm = asm;
        this.options = options;
    }

    public void load(Size size, boolean signed, Reg dst, Reg base, int off) {
        var src = Address.at(Register.of(base), off);
        if (signed) {
            asm.movsx(size, Register.of(dst), src);
            return;
        }
        switch (size) {
            case B -> asm.movzx8(Register.of(dst), src);
            case H -> asm.movzx16(Register.of(dst), src);
            case W -> asm.mov(W32, Register.of(dst), src);
            case DW -> asm.mov(W64, Register.of(dst), src);
        }
    }

    public void store(Size size, Reg base, int off, Operand src) {
        var dst = Address.at(Register.of(base), off);
        switch (src) {
            case Reg reg -> asm.mov(size, dst, Register.of(reg));
            case Imm(int imm) -> asm.mov(size, dst, imm);
        }
    }

    public void atomic(Insn.Atomic insn) {
        var width = insn.size() == Size.DW ? W64 : W32;
        var dst = Address.at(Register.of(insn.base()), insn.off());
        var src = Register.of(insn.src());
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

    protected void locked(Arith op, Width width, Address dst, Register src) {
        asm.lock();
        asm.alu(op, width, dst, src);
    }

    /// A compare-and-exchange loop: x86 has no such instruction that returns the old value.
    protected void fetch(Arith op, Width width, Insn.Atomic insn) {
        var base = aside(insn.base());
        var src = aside(insn.src());
        var memory = Address.at(base, insn.off());
        var retry = new Label();
        asm.mov(W64, SAVED_R0, RAX);
        asm.bind(retry);
        asm.mov(width, RAX, memory);
        asm.mov(width, SCRATCH, RAX);
        asm.alu(op, width, SCRATCH, src);
        asm.lock();
        asm.cmpxchg(width, memory, SCRATCH);
        asm.jcc(Condition.NE, retry);
        asm.mov(width, src, RAX);
        asm.mov(W64, RAX, SAVED_R0);
    }

    /// The register of an operand while rax is in use.
    protected Register aside(Reg reg) {
        return reg == Reg.R0 ? SAVED_R0 : Register.of(reg);
    }
}
