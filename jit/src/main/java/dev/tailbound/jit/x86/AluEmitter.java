package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.RCX;
import static dev.tailbound.jit.x86.Register.RDX;
import static dev.tailbound.jit.x86.Register.SCRATCH;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;

/// Selects instructions for arithmetic and moves between registers.
///
/// In 32-bit operations the processor clears the upper half of the result.
public class AluEmitter {
    protected final Assembler asm;
    protected final X86Options options;

    public AluEmitter(Assembler asm, X86Options options) {
        this.asm = asm;
        this.options = options;
    }

    public void alu(Insn.Alu insn) {
        var width = insn.width();
        var dst = Register.of(insn.dst());
        switch (insn.op()) {
            case ADD -> binary(Arith.ADD, width, dst, insn.src());
            case SUB -> binary(Arith.SUB, width, dst, insn.src());
            case OR -> binary(Arith.OR, width, dst, insn.src());
            case AND -> binary(Arith.AND, width, dst, insn.src());
            case XOR -> binary(Arith.XOR, width, dst, insn.src());
            case MUL -> multiply(width, dst, insn.src());
            case DIV, MOD, SDIV, SMOD -> divide(insn.op(), width, dst, insn.src());
            case LSH -> shift(Shift.SHL, width, dst, insn.src());
            case RSH -> shift(Shift.SHR, width, dst, insn.src());
            case ARSH -> shift(Shift.SAR, width, dst, insn.src());
        }
    }

    public void neg(Insn.Neg insn) {
        asm.neg(insn.width(), Register.of(insn.dst()));
    }

    public void mov(Insn.Mov insn) {
        var dst = Register.of(insn.dst());
        switch (insn.src()) {
            case Imm(int imm) -> movImm(insn.width(), dst, imm);
            case Reg src when insn.width() == W64 && src == insn.dst() -> {
            }
            case Reg src -> asm.mov(insn.width(), dst, Register.of(src));
        }
    }

    /// The address of this CPU's instance of a per-CPU variable; `thisCpuOff` is the per-CPU offset of the distance to it.
    public void movPerCpu(Register dst, Register src, int thisCpuOff) {
        if (dst != src) {
            asm.mov(W64, dst, src);
        }
        asm.addFromGs(W64, dst, thisCpuOff);
    }

    public void movSx(Insn.MovSx insn) {
        asm.movsx(insn.width(), insn.from(), Register.of(insn.dst()), Register.of(insn.src()));
    }

    /// The host is little-endian: `le` only truncates.
    public void swap(Insn.Swap insn) {
        var dst = Register.of(insn.dst());
        switch (insn.op()) {
            case LE -> truncate(insn.bits(), dst);
            case BE, BSWAP -> reverse(insn.bits(), dst);
        }
    }

    /// Any 64-bit constant, in the shortest form that this kernel's JIT uses.
    public void loadImm64(Register dst, long value) {
        if (value >>> 32 == 0) {
            movImm(W32, dst, (int) value);
        } else if (value == (int) value && options.kernel().hasSignExtendedImm64()) {
            asm.movSignedImm32(dst, (int) value);
        } else {
            asm.movabs(dst, value);
        }
    }

    /// An immediate operand, sign-extended in 64-bit operations.
    protected void movImm(Width width, Register dst, int imm) {
        if (imm == 0) {
            asm.alu(Arith.XOR, W32, dst, dst);
        } else if (width == W64 && imm < 0) {
            asm.movSignedImm32(dst, imm);
        } else {
            asm.movImm32(dst, imm);
        }
    }

    protected void binary(Arith op, Width width, Register dst, Operand src) {
        switch (src) {
            case Reg reg -> asm.alu(op, width, dst, Register.of(reg));
            case Imm(int imm) when isImm8(imm) -> asm.aluImm8(op, width, dst, imm);
            case Imm(int imm) when dst == RAX -> asm.aluAccumulator(op, width, imm);
            case Imm(int imm) -> asm.aluImm32(op, width, dst, imm);
        }
    }

    protected void multiply(Width width, Register dst, Operand src) {
        switch (src) {
            case Reg reg -> asm.imul(width, dst, Register.of(reg));
            case Imm(int imm) when isImm8(imm) -> asm.imulImm8(width, dst, dst, imm);
            case Imm(int imm) -> asm.imulImm32(width, dst, dst, imm);
        }
    }

    /// Uses rax and rdx and saves them, except the destination.
    protected void divide(AluOp op, Width width, Register dst, Operand src) {
        if (dst != RAX) {
            asm.push(RAX);
        }
        if (dst != RDX) {
            asm.push(RDX);
        }
        var divisor = divisor(src);
        if (dst != RAX) {
            asm.mov(width, RAX, dst);
        }
        switch (op) {
            case SDIV, SMOD -> {
                asm.signIntoRdx(width);
                asm.idiv(width, divisor);
            }
            default -> {
                asm.alu(Arith.XOR, W32, RDX, RDX);
                asm.div(width, divisor);
            }
        }
        var result = op == AluOp.MOD || op == AluOp.SMOD ? RDX : RAX;
        if (dst != result) {
            asm.mov(width, dst, result);
        }
        if (dst != RDX) {
            asm.pop(RDX);
        }
        if (dst != RAX) {
            asm.pop(RAX);
        }
    }

    /// A register with the divisor, other than rax and rdx, which hold the dividend.
    protected Register divisor(Operand src) {
        switch (src) {
            case Imm(int imm) -> asm.movSignedImm32(SCRATCH, imm);
            case Reg reg when Register.of(reg) != RAX && Register.of(reg) != RDX -> {
                return Register.of(reg);
            }
            case Reg reg -> asm.mov(W64, SCRATCH, Register.of(reg));
        }
        return SCRATCH;
    }

    protected void shift(Shift op, Width width, Register dst, Operand src) {
        switch (src) {
            case Imm(int count) when count == 1 -> asm.shiftBy1(op, width, dst);
            case Imm(int count) -> asm.shift(op, width, dst, count);
            case Reg reg when hasBmi2Shifts() && Register.of(reg) != RCX -> asm.shiftx(op, width, dst, dst, Register.of(reg));
            case Reg reg -> shiftByCl(op, width, dst, Register.of(reg));
        }
    }

    private boolean hasBmi2Shifts() {
        return options.bmi2() && options.kernel().hasBmi2Shifts();
    }

    /// Without BMI2 the count must be in cl; the processor masks it to the width, as BPF does.
    ///
    /// Kernel 6.1 saves more than necessary if rcx itself is shifted.
    protected void shiftByCl(Shift op, Width width, Register dst, Register count) {
        boolean careful = !options.kernel().hasBmi2Shifts();
        boolean aside = dst == RCX && (count != RCX || careful);
        boolean saved = count != RCX && (dst != RCX || careful);
        if (aside) {
            asm.mov(W64, SCRATCH, RCX);
        }
        if (saved) {
            asm.push(RCX);
        }
        if (count != RCX) {
            asm.mov(W64, RCX, count);
        }
        asm.shiftByCl(op, width, aside ? SCRATCH : dst);
        if (saved) {
            asm.pop(RCX);
        }
        if (aside) {
            asm.mov(W64, RCX, SCRATCH);
        }
    }

    protected void truncate(int bits, Register dst) {
        switch (bits) {
            case 16 -> asm.movzx16(dst, dst);
            case 32 -> asm.mov(W32, dst, dst);
            default -> {
            }
        }
    }

    protected void reverse(int bits, Register dst) {
        switch (bits) {
            case 16 -> {
                asm.shift16(Shift.ROR, dst, 8);
                asm.movzx16(dst, dst);
            }
            case 32 -> asm.bswap(W32, dst);
            default -> asm.bswap(W64, dst);
        }
    }

    static boolean isImm8(int imm) {
        return imm == (byte) imm;
    }
}
