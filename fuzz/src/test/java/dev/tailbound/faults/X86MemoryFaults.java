package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.jit.x86.Register.SCRATCH;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.x86.Address;
import dev.tailbound.jit.x86.Arith;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.MemoryEmitter;
import dev.tailbound.jit.x86.Register;
import dev.tailbound.jit.x86.X86Backend;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Faults in memory accesses of x86-64 code, and in the encoding of its operands.
final class X86MemoryFaults {
    static final List<Fault> ALL = List.of(
            // loads
            fault("sign-extending loads zero-extend", "ubpf#701", asm -> new Part(asm) {
                @Override
                public void load(Size size, boolean signed, Reg dst, Reg base, int off) {
                    super.load(size, false, dst, base, off);
                }
            }),
            fault("a load of 32 bits sign-extends", "kernel 5fa9a98fb103", asm -> new Part(asm) {
                @Override
                public void load(Size size, boolean signed, Reg dst, Reg base, int off) {
                    super.load(size, signed || size == Size.W, dst, base, off);
                }
            }),
            fault("a load of 8 bits leaves the other bits", "", asm -> new Part(asm) {
                @Override
                public void load(Size size, boolean signed, Reg dst, Reg base, int off) {
                    if (size == Size.B && !signed && dst != base) {
                        var reg = Register.of(dst);
                        asm.movzx8(SCRATCH, Address.at(Register.of(base), off));
                        asm.aluImm32(Arith.AND, Width.W64, reg, ~0xff);
                        asm.alu(Arith.OR, Width.W64, reg, SCRATCH);
                    } else {
                        super.load(size, signed, dst, base, off);
                    }
                }
            }),
            fault("load offsets beyond 127 turn negative", "", asm -> new Part(asm) {
                @Override
                public void load(Size size, boolean signed, Reg dst, Reg base, int off) {
                    super.load(size, signed, dst, base, off >>> 8 == 0 ? (byte) off : off);
                }
            }),

            // stores
            fault("the REX prefix is before the prefix of 16 bits", "", X86.assembler(() -> new Assembler() {
                @Override
                public void mov(Size size, Address dst, Register src) {
                    int at = code.size();
                    super.mov(size, dst, src);
                    if (size == Size.H && code.u8At(at + 1) >> 4 == 4) {
                        code.patchU8(at, code.u8At(at + 1));
                        code.patchU8(at + 1, 0x66);
                    }
                }
            })),
            fault("a byte of rdi or rsi is stored without REX", "kernel aee194b14dd2", X86.assembler(() -> new Assembler() {
                @Override
                public void mov(Size size, Address dst, Register src) {
                    if (size == Size.B) {
                        encode(W32, 0x88, src.number(), dst);
                    } else {
                        super.mov(size, dst, src);
                    }
                }
            })),
            fault("a store of 16 bits writes 32", "", X86.assembler(() -> new Assembler() {
                @Override
                public void mov(Size size, Address dst, Register src) {
                    super.mov(size == Size.H ? Size.W : size, dst, src);
                }
            })),
            fault("a store of a 64-bit immediate is zero-extended", "", asm -> new Part(asm) {
                @Override
                public void store(Size size, Reg base, int off, Operand src) {
                    if (src instanceof Imm(int imm)) {
                        asm.movImm32(SCRATCH, imm);
                        asm.mov(size, Address.at(Register.of(base), off), SCRATCH);
                    } else {
                        super.store(size, base, off, src);
                    }
                }
            }),

            // encoding
            fault("r13 as base loses its displacement of 0", "ubpf#529", X86.assembler(() -> new Assembler() {
                @Override
                protected void operand(int reg, Address mem) {
                    if (mem.base() == Register.R13 && mem.index() == null && mem.disp() == 0) {
                        code.u8((reg & 7) << 3 | (Register.R13.number() & 7));
                    } else {
                        super.operand(reg, mem);
                    }
                }
            })),
            fault("movsx of the byte in rdi or rsi without REX", "", X86.assembler(() -> new Assembler() {
                @Override
                protected void encodeWithRex(Width width, int opcode, int reg, Register rm) {
                    encode(width, opcode, reg, rm);
                }
            })),
            fault("VEX loses the high bit of the count's register", "", X86.assembler(() -> new Assembler() {
                @Override
                protected void encodeVex(Width width, int pp, int opcode, Register reg, Register rm, Register vvvv) {
                    super.encodeVex(width, pp, opcode, reg, rm, low(vvvv));
                }

                private static Register low(Register reg) {
                    return Stream.of(Register.values()).filter(other -> other.number() == (reg.number() & 7)).findFirst()
                            .orElseThrow();
                }
            })),

            // atomics
            atomic("fetching loops forget that r0 is in use", "ubpf#546", asm -> new Part(asm) {
                @Override
                protected Register aside(Reg reg) {
                    return Register.of(reg);
                }
            }),
            atomic("xchg only stores", "ubpf#596", asm -> new Part(asm) {
                @Override
                public void atomic(Insn.Atomic insn) {
                    if (insn.op() == AtomicOp.XCHG) {
                        store(insn.size(), insn.base(), insn.off(), insn.src());
                    } else {
                        super.atomic(insn);
                    }
                }
            }),
            atomic("atomic add does not fetch", "", asm -> new Part(asm) {
                @Override
                public void atomic(Insn.Atomic insn) {
                    super.atomic(insn.op() == AtomicOp.FETCH_ADD
                            ? new Insn.Atomic(AtomicOp.ADD, insn.size(), insn.base(), insn.off(), insn.src())
                            : insn);
                }
            }),
            atomic("cmpxchg32 exchanges 64 bits", "ubpf#710", asm -> new Part(asm) {
                @Override
                public void atomic(Insn.Atomic insn) {
                    super.atomic(insn.op() == AtomicOp.CMPXCHG
                            ? new Insn.Atomic(insn.op(), Size.DW, insn.base(), insn.off(), insn.src())
                            : insn);
                }
            }));

    private X86MemoryFaults() {}

    private static class Part extends MemoryEmitter {
        Part(Assembler asm) {
            super(asm, X86.OPTIONS);
        }
    }

    private static Fault fault(String name, String origin, Function<Assembler, MemoryEmitter> part) {
        return fault(name, origin, X86.memory(part));
    }

    private static Fault fault(String name, String origin, X86Backend backend) {
        return new Fault(name, Topic.MEMORY, origin, Machine.X86_64, backend);
    }

    private static Fault atomic(String name, String origin, Function<Assembler, MemoryEmitter> part) {
        return new Fault(name, Topic.ATOMICS, origin, Machine.X86_64, X86.memory(part));
    }
}
