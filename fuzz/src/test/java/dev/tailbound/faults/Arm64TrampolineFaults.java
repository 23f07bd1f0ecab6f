package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.jit.Trampoline;
import dev.tailbound.jit.arm64.Address;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Registers;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.Register;
import dev.tailbound.jit.arm64.TrampolineEmitter;
import java.util.List;

/// Faults of the arm64 backend in trampolines, and in extensions, which replace functions.
final class Arm64TrampolineFaults {
    static final List<Fault> ALL = List.of(
            fault("the function's result is lost", "", site -> new Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.movImmediate(W64, Register.X0, 0);
                }
            }),
            fault("of the function's result the upper half is lost", "", site -> new Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.mov(W32, Register.X0, Register.X0);
                }
            }),
            fault("the second argument is not given back", "", site -> new Site(site) {
                @Override
                protected void restoreArguments() {
                    super.restoreArguments();
                    asm.mov(W64, Register.X1, Register.X0);
                }
            }),
            fault("programs see the second argument first", "", site -> new Site(site) {
                @Override
                protected Address.Offset argument(int index) {
                    return super.argument(index == 0 ? 1 : index == 1 ? 0 : index);
                }
            }),
            fault("x21 is used and not saved", "", site -> new Site(site) {
                @Override
                protected void enter() {
                    super.enter();
                    asm.movImmediate(W64, Register.X21, 21);
                }
            }),
            fault("what fmod_ret programs return is ignored", "", site -> new Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, false);
                }
            }),
            fault("the count starts anew after a tracing program", "", site -> new Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, keepsResult);
                    if (plan.countsTailCalls()) {
                        asm.str(W64, Register.ZR, new Address.Offset(Arm64Registers.COUNTER, 0));
                    }
                }
            }),
            fault("an extension returns into what it replaces", "", new Arm64Backend(Arm64.OPTIONS, Arm64.SCHEME) {
                @Override
                public byte[] branch(long from, long to, boolean links) {
                    return super.branch(from, to, true);
                }
            }));

    private Arm64TrampolineFaults() {}

    /// The arguments of a trampoline's emitter.
    private record Parts(MacroAssembler asm, Trampoline plan, long base) {}

    @FunctionalInterface
    private interface Part {
        TrampolineEmitter of(Parts parts);
    }

    private static class Site extends TrampolineEmitter {
        Site(Parts parts) {
            super(parts.asm(), Arm64.OPTIONS, parts.plan(), parts.base());
        }
    }

    private static Fault fault(String name, String origin, Part part) {
        return fault(name, origin, new Arm64Backend(Arm64.OPTIONS, Arm64.SCHEME) {
            @Override
            protected TrampolineEmitter newTrampolineEmitter(MacroAssembler asm, Trampoline plan, long base) {
                return part.of(new Parts(asm, plan, base));
            }
        });
    }

    private static Fault fault(String name, String origin, Arm64Backend backend) {
        return new Fault(name, Topic.TRAMPOLINES, origin, Machine.ARM64, backend);
    }
}
