package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.arm64.AluEmitter;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Assembler;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.Register;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Faults in arithmetic and constants of arm64 code.
final class Arm64ArithmeticFaults {
    static final List<Fault> ALL = List.of(
            // 32 and 64 bits
            asm("mov32 moves 64 bits", "", () -> new Asm() {
                @Override
                public void mov(Width w, Register rd, Register rn) {
                    super.mov(W64, rd, rn);
                }
            }),
            asm("a move of a register to itself is left out", "", () -> new Asm() {
                @Override
                public void mov(Width w, Register rd, Register rn) {
                    if (rd != rn) {
                        super.mov(w, rd, rn);
                    }
                }
            }),
            alu("alu32 keeps the upper half", "kernel 1e692f09e091", asm -> new AluEmitter(asm) {
                @Override
                public void register(Width w, AluOp op, Register dst, Register src) {
                    boolean linear = op == AluOp.ADD || op == AluOp.SUB || op == AluOp.MUL;
                    super.register(linear ? W64 : w, op, dst, src);
                }
            }),
            asm("neg32 negates 64 bits", "", () -> new Asm() {
                @Override
                public void neg(Width w, Register rd, Register rm) {
                    super.neg(W64, rd, rm);
                }
            }),
            asm("movsx to 32 bits goes on to 64", "", () -> new Asm() {
                @Override
                public void sxt(Width w, Register rd, Register rn, Size from) {
                    super.sxt(W64, rd, rn, from);
                }
            }),

            // immediates
            asm("an immediate is zero-extended", "", () -> new Asm() {
                @Override
                public void movImmediate(Width w, Register rd, int value) {
                    super.movImmediate(W32, rd, value);
                }
            }),
            asm("an immediate of add that is shifted by 12 is not", "", () -> new Asm() {
                @Override
                public void add(Width w, Register rd, Register rn, int imm) {
                    super.add(w, rd, rn, imm > 0xfff ? imm >> 12 : imm);
                }
            }),
            asm("a negative immediate is added where it should be subtracted", "", () -> new Asm() {
                @Override
                public void addConstant(Width w, Register rd, Register rn, int imm) {
                    if (imm < 0 && Assembler.isAddSubImmediate(-imm)) {
                        add(w, rd, rn, -imm);
                    } else {
                        super.addConstant(w, rd, rn, imm);
                    }
                }
            }),
            asm("sub of a negative immediate subtracts it", "", () -> new Asm() {
                @Override
                public void subConstant(Width w, Register rd, Register rn, int imm) {
                    super.subConstant(w, rd, rn, Assembler.isAddSubImmediate(-imm) ? -imm : imm);
                }
            }),
            asm("ones that do not start at bit 0 are rotated once too often", "kernel 579d1b3faa37", () -> new Asm() {
                @Override
                public void and(Width w, Register rd, Register rn, int bitmask) {
                    super.and(w, rd, rn, rotated(bitmask));
                }

                @Override
                public void orr(Width w, Register rd, Register rn, int bitmask) {
                    super.orr(w, rd, rn, rotated(bitmask));
                }

                private static int rotated(int bitmask) {
                    int immr = (bitmask >> 6) & 0x3f;
                    return immr == 0 ? bitmask : (bitmask & ~(0x3f << 6)) | ((immr + 1) & 0x3f) << 6;
                }
            }),
            asm("runs of ones are one too short", "kernel 579d1b3faa37", () -> new Asm() {
                @Override
                public void eor(Width w, Register rd, Register rn, int bitmask) {
                    super.eor(w, rd, rn, (bitmask & 1) == 0 ? bitmask : bitmask - 1);
                }
            }),
            asm("and64 takes its mask for 32 bits", "", () -> new Asm() {
                @Override
                public void andConstant(Width w, Register rd, Register rn, int imm) {
                    super.andConstant(W32, rd, rn, imm);
                }
            }),
            asm("ld_imm64 of 32 bits is sign-extended", "", () -> new Asm() {
                @Override
                public void movConstant(Register rd, long value) {
                    if (value >>> 32 == 0) {
                        movImmediate(W64, rd, (int) value);
                    } else {
                        super.movConstant(rd, value);
                    }
                }
            }),
            asm("ld_imm64 loses a block of ones", "", () -> new Asm() {
                @Override
                public void movk(Width w, Register rd, int imm16, int shift) {
                    if (imm16 != 0xffff) {
                        super.movk(w, rd, imm16, shift);
                    }
                }
            }),

            // shifts
            alu("arsh32 shifts bits of the upper half in", "", asm -> new AluEmitter(asm) {
                @Override
                public void register(Width w, AluOp op, Register dst, Register src) {
                    super.register(op == AluOp.ARSH ? W64 : w, op, dst, src);
                    if (w == W32) {
                        asm.mov(W32, dst, dst);
                    }
                }
            }),
            alu("rsh32 by an immediate shifts bits of the upper half in", "", asm -> new AluEmitter(asm) {
                @Override
                public void immediate(Width w, AluOp op, Register dst, int imm) {
                    super.immediate(op == AluOp.RSH ? W64 : w, op, dst, imm);
                    if (w == W32) {
                        asm.mov(W32, dst, dst);
                    }
                }
            }),
            alu("shift counts of 64 bits are taken modulo 32", "kernel 6fa632e719ee", asm -> new AluEmitter(asm) {
                @Override
                public void register(Width w, AluOp op, Register dst, Register src) {
                    if (op.isShift()) {
                        asm.andConstant(W64, TMP1, src, 31);
                        super.register(w, op, dst, TMP1);
                    } else {
                        super.register(w, op, dst, src);
                    }
                }
            }),

            // division
            asm("msub multiplies with the dividend", "", () -> new Asm() {
                @Override
                public void msub(Width w, Register rd, Register rn, Register rm, Register ra) {
                    super.msub(w, rd, ra, rm, rn);
                }
            }),
            alu("the quotient overwrites the divisor of mod by an immediate", "", asm -> new AluEmitter(asm) {
                @Override
                public void immediate(Width w, AluOp op, Register dst, int imm) {
                    if (op == AluOp.MOD || op == AluOp.SMOD) {
                        asm.movImmediate(w, TMP1, imm);
                        register(w, op, dst, TMP1);
                    } else {
                        super.immediate(w, op, dst, imm);
                    }
                }
            }),
            asm("sdiv divides unsigned", "", () -> new Asm() {
                @Override
                public void sdiv(Width w, Register rd, Register rn, Register rm) {
                    super.udiv(w, rd, rn, rm);
                }
            }),

            // byte swaps
            alu("bswap16 leaves the other bits", "", asm -> new AluEmitter(asm) {
                @Override
                protected void reverse(Width w, int bits, Register reg) {
                    if (bits == 16) {
                        asm.rev16(w, reg, reg);
                    } else {
                        super.reverse(w, bits, reg);
                    }
                }
            }),
            alu("bswap32 swaps 64 bits", "", asm -> new AluEmitter(asm) {
                @Override
                protected void reverse(Width w, int bits, Register reg) {
                    super.reverse(w, bits == 32 ? 64 : bits, reg);
                }
            }),
            alu("le16 and le32 leave the other bits", "solana-labs/rbpf#129", asm -> new AluEmitter(asm) {
                @Override
                protected void littleEndian(int bits, Register reg) {
                    // nothing
                }
            }));

    private Arm64ArithmeticFaults() {}

    private static class Asm extends MacroAssembler {
        Asm() {
            super(Arm64.KERNEL);
        }
    }

    private static Fault asm(String name, String origin, Supplier<MacroAssembler> part) {
        return fault(name, origin, Arm64.assembler(part));
    }

    private static Fault alu(String name, String origin, Function<MacroAssembler, AluEmitter> part) {
        return fault(name, origin, Arm64.alu(part));
    }

    private static Fault fault(String name, String origin, Arm64Backend backend) {
        return new Fault(name, Fault.Topic.ARITHMETIC, origin, Machine.ARM64, backend);
    }
}
