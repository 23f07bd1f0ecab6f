package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RCX;
import static dev.tailbound.jit.x86.Register.RDX;
import static dev.tailbound.jit.x86.Register.SCRATCH;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.x86.AluEmitter;
import dev.tailbound.jit.x86.Arith;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.Register;
import dev.tailbound.jit.x86.Shift;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import java.util.List;
import java.util.function.Function;

/// Faults in arithmetic of x86-64 code.
final class X86ArithmeticFaults {
    private static final X86Options NO_BMI2 = X86.OPTIONS.withBmi2(false);

    static final List<Fault> ALL = List.of(
            // 32 and 64 bits
            fault("mov32 moves 64 bits", "", asm -> new Part(asm) {
                @Override
                public void mov(Insn.Mov insn) {
                    super.mov(insn.src() instanceof Reg ? new Insn.Mov(W64, insn.dst(), insn.src()) : insn);
                }
            }),
            fault("alu32 keeps the upper half", "kernel 1e692f09e091", asm -> new Part(asm) {
                @Override
                protected void binary(Arith op, Width width, Register dst, Operand src) {
                    super.binary(op, W64, dst, src);
                }
            }),
            fault("mul32 is sign-extended", "solana-labs/rbpf#518", asm -> new Part(asm) {
                @Override
                protected void multiply(Width width, Register dst, Operand src) {
                    super.multiply(width, dst, src);
                    if (width == W32) {
                        asm.movsx(W64, Size.W, dst, dst);
                    }
                }
            }),
            fault("neg32 negates 64 bits", "", asm -> new Part(asm) {
                @Override
                public void neg(Insn.Neg insn) {
                    super.neg(new Insn.Neg(W64, insn.dst()));
                }
            }),
            fault("movsx to 32 bits goes on to 64", "", asm -> new Part(asm) {
                @Override
                public void movSx(Insn.MovSx insn) {
                    super.movSx(new Insn.MovSx(W64, insn.from(), insn.dst(), insn.src()));
                }
            }),

            // immediates
            fault("mov imm is zero-extended", "", asm -> new Part(asm) {
                @Override
                protected void movImm(Width width, Register dst, int imm) {
                    super.movImm(W32, dst, imm);
                }
            }),
            fault("imm8 for what needs a ninth bit", "", asm -> new Part(asm) {
                @Override
                protected void binary(Arith op, Width width, Register dst, Operand src) {
                    super.binary(op, width, dst, src instanceof Imm(int imm) && imm >>> 8 == 0 ? new Imm((byte) imm) : src);
                }
            }),
            fault("alu64 imm is zero-extended", "", asm -> new Part(asm) {
                @Override
                protected void binary(Arith op, Width width, Register dst, Operand src) {
                    if (src instanceof Imm(int imm)) {
                        asm.movImm32(SCRATCH, imm);
                        asm.alu(op, width, dst, SCRATCH);
                    } else {
                        super.binary(op, width, dst, src);
                    }
                }
            }),
            fault("ld_imm64 of 32 bits is sign-extended", "", asm -> new Part(asm) {
                @Override
                public void loadImm64(Register dst, long value) {
                    super.loadImm64(dst, value >>> 32 == 0 ? (int) value : value);
                }
            }),
            fault("ld_imm64 with an upper half of ones loses it to a sign", "", asm -> new Part(asm) {
                @Override
                public void loadImm64(Register dst, long value) {
                    super.loadImm64(dst, value >> 32 == -1 ? (int) value : value);
                }
            }),

            // shifts
            fault("the count in rcx stays there", "solana-labs/rbpf#89", Machine.X86_64_NO_BMI2, asm -> new Part(asm, NO_BMI2) {
                @Override
                protected void shiftByCl(Shift op, Width width, Register dst, Register count) {
                    if (count == RCX || dst == RCX) {
                        super.shiftByCl(op, width, dst, count);
                    } else {
                        asm.mov(W64, RCX, count);
                        asm.shiftByCl(op, width, dst);
                    }
                }
            }),
            fault("a shift of rcx is popped over", "solana-labs/rbpf#124", Machine.X86_64_NO_BMI2, asm -> new Part(asm, NO_BMI2) {
                @Override
                protected void shiftByCl(Shift op, Width width, Register dst, Register count) {
                    asm.push(RCX);
                    asm.mov(W64, RCX, count);
                    asm.shiftByCl(op, width, dst);
                    asm.pop(RCX);
                }
            }),
            fault("shift counts of 64 bits are taken modulo 32", "kernel bb9562cf5c67", asm -> new Part(asm) {
                @Override
                protected void shift(Shift op, Width width, Register dst, Operand src) {
                    if (src instanceof Reg reg) {
                        asm.mov(W64, SCRATCH, Register.of(reg));
                        asm.aluImm8(Arith.AND, W64, SCRATCH, 31);
                        asm.shiftx(op, width, dst, dst, SCRATCH);
                    } else {
                        super.shift(op, width, dst, src);
                    }
                }
            }),
            fault("arsh32 shifts bits of the upper half in", "", asm -> new Part(asm) {
                @Override
                protected void shift(Shift op, Width width, Register dst, Operand src) {
                    super.shift(op, op == Shift.SAR ? W64 : width, dst, src);
                    if (width == W32) {
                        asm.mov(W32, dst, dst);
                    }
                }
            }),
            fault("rsh32 by an immediate shifts bits of the upper half in", "", asm -> new Part(asm) {
                @Override
                protected void shift(Shift op, Width width, Register dst, Operand src) {
                    if (width == W32 && op == Shift.SHR && src instanceof Imm) {
                        super.shift(op, W64, dst, src);
                        asm.mov(W32, dst, dst);
                    } else {
                        super.shift(op, width, dst, src);
                    }
                }
            }),

            // division
            fault("the saved rdx is popped over the result", "", asm -> new Part(asm) {
                @Override
                protected void divide(AluOp op, Width width, Register dst, Operand src) {
                    asm.push(RDX);
                    super.divide(op, width, dst, src);
                    asm.pop(RDX);
                }
            }),
            fault("divisors in rax and rdx are used after these were set up", "", asm -> new Part(asm) {
                @Override
                protected Register divisor(Operand src) {
                    return src instanceof Reg reg ? Register.of(reg) : super.divisor(src);
                }
            }),
            fault("mod gives the quotient where dst is rax", "", asm -> new Part(asm) {
                @Override
                protected void divide(AluOp op, Width width, Register dst, Operand src) {
                    super.divide(op == AluOp.MOD && dst == Register.RAX ? AluOp.DIV : op, width, dst, src);
                }
            }),
            fault("sdiv divides unsigned", "", asm -> new Part(asm) {
                @Override
                protected void divide(AluOp op, Width width, Register dst, Operand src) {
                    super.divide(op == AluOp.SDIV ? AluOp.DIV : op, width, dst, src);
                }
            }),
            fault("div by an immediate takes it for 32 bits", "", asm -> new Part(asm) {
                @Override
                protected Register divisor(Operand src) {
                    if (src instanceof Imm(int imm)) {
                        asm.movImm32(SCRATCH, imm);
                        return SCRATCH;
                    }
                    return super.divisor(src);
                }
            }),
            fault("the dividend of sdiv32 is not sign-extended", "", X86.assembler(() -> new Assembler() {
                @Override
                public void signIntoRdx(Width width) {
                    if (width == W64) {
                        super.signIntoRdx(width);
                    } else {
                        alu(Arith.XOR, W32, RDX, RDX);
                    }
                }
            })),

            // byte swaps
            fault("bswap16 leaves the other bits", "", asm -> new Part(asm) {
                @Override
                protected void reverse(int bits, Register dst) {
                    if (bits == 16) {
                        asm.shift16(Shift.ROR, dst, 8);
                    } else {
                        super.reverse(bits, dst);
                    }
                }
            }),
            fault("le16 and le32 leave the other bits", "solana-labs/rbpf#129", asm -> new Part(asm) {
                @Override
                protected void truncate(int bits, Register dst) {
                    // nothing
                }
            }));

    private X86ArithmeticFaults() {}

    private static class Part extends AluEmitter {
        Part(Assembler asm) {
            super(asm, X86.OPTIONS);
        }

        Part(Assembler asm, X86Options options) {
            super(asm, options);
        }
    }

    private static Fault fault(String name, String origin, Function<Assembler, AluEmitter> part) {
        return fault(name, origin, X86.arithmetic(part));
    }

    private static Fault fault(String name, String origin, Machine machine, Function<Assembler, AluEmitter> part) {
        return new Fault(name, Fault.Topic.ARITHMETIC, origin, machine, X86.arithmetic(part));
    }

    private static Fault fault(String name, String origin, X86Backend backend) {
        return new Fault(name, Fault.Topic.ARITHMETIC, origin, Machine.X86_64, backend);
    }
}
