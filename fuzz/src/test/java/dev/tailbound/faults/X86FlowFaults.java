package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.SCRATCH;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.x86.Arith;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.Condition;
import dev.tailbound.jit.x86.ControlFlowEmitter;
import dev.tailbound.jit.x86.EmissionPass;
import dev.tailbound.jit.x86.FrameEmitter;
import dev.tailbound.jit.x86.Register;
import dev.tailbound.jit.x86.X86Backend;
import java.util.List;
import java.util.function.Function;

/// Faults in comparisons, jumps and exits of x86-64 code.
final class X86FlowFaults {
    static final List<Fault> ALL = List.of(
            // comparisons
            flow("jmp32 compares 64 bits", "", body -> new Part(body) {
                @Override
                protected void compare(Width width, Cond cond, Register dst, Operand src) {
                    super.compare(cond == Cond.SET ? width : W64, cond, dst, src);
                }
            }),
            flow("jset32 tests the upper half too", "kernel 80f1f8503635", body -> new Part(body) {
                @Override
                protected void compare(Width width, Cond cond, Register dst, Operand src) {
                    super.compare(cond == Cond.SET ? W64 : width, cond, dst, src);
                }
            }),
            flow("jset clobbers its first operand", "kernel 50fe7ebb6475", body -> new Part(body) {
                @Override
                protected void compare(Width width, Cond cond, Register dst, Operand src) {
                    if (cond == Cond.SET && src instanceof Reg reg) {
                        asm.alu(Arith.AND, width, dst, Register.of(reg));
                    } else {
                        super.compare(width, cond, dst, src);
                    }
                }
            }),
            flow("the immediate of a comparison is zero-extended", "ubpf#444", body -> new Part(body) {
                @Override
                protected void compare(Width width, Cond cond, Register dst, Operand src) {
                    if (src instanceof Imm(int imm) && imm < 0 && cond != Cond.SET) {
                        asm.movImm32(SCRATCH, imm);
                        asm.alu(Arith.CMP, width, dst, SCRATCH);
                    } else {
                        super.compare(width, cond, dst, src);
                    }
                }
            }),
            condition("unsigned > is signed", "", Cond.GT, Condition.G),
            condition("signed <= is unsigned", "", Cond.SLE, Condition.BE),
            condition("signed >= is >", "", Cond.SGE, Condition.G),
            condition("unsigned < is <=", "", Cond.LT, Condition.BE),

            // jumps
            flow("a jump over one instruction is left out", "", body -> new Part(body) {
                @Override
                public void jump(int index, Insn.Jump insn) {
                    if (insn.target() != index + 2) {
                        super.jump(index, insn);
                    }
                }
            }),
            fault("jumps use the sizes of the pass before", "kernel e4d4d456436b", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                protected boolean isFinal(int number, EmissionPass pass) {
                    return number == 1;
                }
            }),
            fault("a jump that is a little too far stays short", "kernel c8831bdbfbab", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                protected Assembler assembler() {
                    return new Assembler() {
                        @Override
                        public void jcc8(Condition cc, int rel8) {
                            super.jcc8(cc, (byte) rel8);
                        }

                        @Override
                        public void jmp8(int rel8) {
                            super.jmp8((byte) rel8);
                        }
                    };
                }

                @Override
                protected ControlFlowEmitter controlFlow(Assembler asm, FrameEmitter frame, Linkage linkage, EmissionPass pass) {
                    return new Part(new X86.Body(asm, frame, linkage, pass)) {
                        @Override
                        protected boolean isNear(int distance) {
                            return distance >= Byte.MIN_VALUE && distance < 140;
                        }
                    };
                }
            }),
            flow("the second exit falls through", "ubpf#437", body -> new Part(body) {
                private boolean done;

                @Override
                public void exit(int index) {
                    if (!done) {
                        done = true;
                        super.exit(index);
                    }
                }
            }));

    private X86FlowFaults() {}

    private static class Part extends ControlFlowEmitter {
        Part(X86.Body body) {
            super(body.asm(), body.frame(), X86.OPTIONS, X86.SCHEME, body.linkage(), body.pass());
        }
    }

    private static Fault flow(String name, String origin, Function<X86.Body, ControlFlowEmitter> part) {
        return fault(name, origin, X86.flow(part));
    }

    private static Fault condition(String name, String origin, Cond of, Condition wrong) {
        return flow(name, origin, body -> new Part(body) {
            @Override
            protected Condition condition(Cond cond) {
                return cond == of ? wrong : super.condition(cond);
            }
        });
    }

    private static Fault fault(String name, String origin, X86Backend backend) {
        return new Fault(name, Topic.FLOW, origin, Machine.X86_64, backend);
    }
}
