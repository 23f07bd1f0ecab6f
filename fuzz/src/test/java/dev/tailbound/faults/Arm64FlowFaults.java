package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Register.X0;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Condition;
import dev.tailbound.jit.arm64.FunctionEmitter;
import dev.tailbound.jit.arm64.Label;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.Register;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Faults in comparisons, branches, calls and exits of arm64 code.
final class Arm64FlowFaults {
    static final List<Fault> ALL = List.of(
            // comparisons
            flow("jmp32 compares 64 bits", "", body -> new Part(body) {
                @Override
                protected void jumpIf(Width w, Cond cond, Register dst, Operand src, Label target) {
                    super.jumpIf(cond == Cond.SET ? w : W64, cond, dst, src, target);
                }
            }),
            flow("jset32 tests the upper half too", "kernel 80f1f8503635", body -> new Part(body) {
                @Override
                protected void jumpIf(Width w, Cond cond, Register dst, Operand src, Label target) {
                    super.jumpIf(cond == Cond.SET ? W64 : w, cond, dst, src, target);
                }
            }),
            assembler("a negative immediate is compared as positive", "ubpf#444", () -> new MacroAssembler(Arm64.KERNEL) {
                @Override
                public void cmn(Width w, Register rn, int imm) {
                    super.cmp(w, rn, imm);
                }
            }),
            condition("unsigned >= is signed", Cond.GE, Condition.GE),
            condition("signed < is unsigned", Cond.SLT, Condition.LO),
            condition("unsigned > is >=", Cond.GT, Condition.HS),
            condition("signed <= is <", Cond.SLE, Condition.LT),

            // branches
            assembler("branches of more than 512 bytes wrap around", "kernel 489553dd13a8",
                    () -> new MacroAssembler(Arm64.KERNEL) {
                        @Override
                        protected int displacement(int from, int to) {
                            return super.displacement(from, to) << 22 >> 22;
                        }
                    }),
            assembler("backward branches count from the next instruction", "kernel e4d4d456436b",
                    () -> new MacroAssembler(Arm64.KERNEL) {
                        @Override
                        protected int displacement(int from, int to) {
                            return super.displacement(from, to) - (to < from ? 4 : 0);
                        }
                    }),
            flow("an exit before the end falls through", "ubpf#437", body -> new Part(body) {
                @Override
                protected void exit(int index) {
                    // nothing
                }
            }),

            // calls
            flow("r0 is not taken from x0 after a call", "", body -> new Part(body) {
                @Override
                protected void takeResult() {
                    // nothing
                }
            }),
            flow("the result of a call is cut to 32 bits", "", body -> new Part(body) {
                @Override
                protected void takeResult() {
                    body.parts().asm().mov(W32, body.parts().asm().register(Reg.R0), X0);
                }
            }));

    private Arm64FlowFaults() {}

    private static class Part extends FunctionEmitter {
        Part(Arm64.Body body) {
            super(body.parts(), body.lowered(), body.subprogram(), body.linkage(), body.base(), body.landing());
        }
    }

    private static Fault flow(String name, String origin, Function<Arm64.Body, FunctionEmitter> part) {
        return fault(name, origin, Arm64.function(part));
    }

    private static Fault assembler(String name, String origin, Supplier<MacroAssembler> part) {
        return fault(name, origin, Arm64.assembler(part));
    }

    private static Fault condition(String name, Cond of, Condition wrong) {
        return flow(name, "", body -> new Part(body) {
            @Override
            protected Condition condition(Cond cond) {
                return cond == of ? wrong : super.condition(cond);
            }
        });
    }

    private static Fault fault(String name, String origin, Arm64Backend backend) {
        return new Fault(name, Topic.FLOW, origin, Machine.ARM64, backend);
    }
}
