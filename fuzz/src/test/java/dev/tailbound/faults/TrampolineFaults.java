package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.jit.Trampoline;
import dev.tailbound.jit.arm64.Address;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.Register;
import dev.tailbound.jit.arm64.Roles;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.Gpr;
import dev.tailbound.jit.x86.Mem;
import dev.tailbound.jit.x86.PerCpuScheme;
import dev.tailbound.jit.x86.TrampolineEmitter;
import dev.tailbound.jit.x86.X86Backend;
import java.util.List;

/// Faults in the code around functions that programs are attached to, and in what stands in place of functions.
final class TrampolineFaults {
    static final List<Fault> ALL = List.of(
            x86("the count is not loaded again before the function", "kernel 2b5dcb31a19a", site -> new X86Site(site) {
                @Override
                protected void restoreCount() {
                    // Left as the last call left it.
                }
            }),
            x86("the function's result is lost", "", site -> new X86Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.movImm32(Gpr.RAX, 0);
                }
            }),
            x86("of the function's result the upper half is lost", "", site -> new X86Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.mov(W32, Gpr.RAX, Gpr.RAX);
                }
            }),
            x86("the second argument is not given back", "", site -> new X86Site(site) {
                @Override
                protected void restoreArguments() {
                    super.restoreArguments();
                    asm.mov(W64, Gpr.RSI, Gpr.RDI);
                }
            }),
            x86("the third argument is not kept", "", site -> new X86Site(site) {
                @Override
                protected void saveArguments() {
                    asm.movImm32(Gpr.RDX, 0);
                    super.saveArguments();
                }
            }),
            x86("programs see the second argument first", "", site -> new X86Site(site) {
                @Override
                protected Mem argument(int index) {
                    return super.argument(index == 0 ? 1 : index == 1 ? 0 : index);
                }
            }),
            x86("r13 is used and not saved", "", site -> new X86Site(site) {
                @Override
                protected void enter() {
                    super.enter();
                    asm.movImm32(Gpr.R13, 13);
                }
            }),
            x86("what fmod_ret programs return is ignored", "", site -> new X86Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, false);
                }
            }),
            x86("what fentry programs return stands for the function's result", "", site -> new X86Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, plan.callsFunction());
                }
            }),
            x86("a tracing program goes on with the count of what it is attached to", "", site -> new X86Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program + site.countFrom(), keepsResult);
                }

                @Override
                protected void callTo(long target) {
                    if (target != plan.enter() && target != plan.exit() && target != plan.function()) {
                        restoreCount();
                    }
                    super.callTo(target);
                }
            }),
            fault("one count for all programs of a processor", Machine.X86_64, "", new X86Backend(X86.OPTIONS,
                    new PerCpuScheme())),
            fault("an extension returns into what it replaces", Machine.X86_64, "", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                public byte[] branch(long from, long to, boolean links) {
                    return super.branch(from, to, true);
                }
            }),

            arm64("the function's result is lost", "", site -> new Arm64Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.movImmediate(W64, Register.X0, 0);
                }
            }),
            arm64("of the function's result the upper half is lost", "", site -> new Arm64Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.mov(W32, Register.X0, Register.X0);
                }
            }),
            arm64("the second argument is not given back", "", site -> new Arm64Site(site) {
                @Override
                protected void restoreArguments() {
                    super.restoreArguments();
                    asm.mov(W64, Register.X1, Register.X0);
                }
            }),
            arm64("programs see the second argument first", "", site -> new Arm64Site(site) {
                @Override
                protected Address.Offset argument(int index) {
                    return super.argument(index == 0 ? 1 : index == 1 ? 0 : index);
                }
            }),
            arm64("x21 is used and not saved", "", site -> new Arm64Site(site) {
                @Override
                protected void enter() {
                    super.enter();
                    asm.movImmediate(W64, Register.X21, 21);
                }
            }),
            arm64("what fmod_ret programs return is ignored", "", site -> new Arm64Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, false);
                }
            }),
            arm64("the count starts anew behind a tracing program", "", site -> new Arm64Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, keepsResult);
                    if (plan.countsTailCalls()) {
                        asm.str(W64, Register.ZR, new Address.Offset(Roles.COUNTER, 0));
                    }
                }
            }),
            fault("an extension returns into what it replaces", Machine.ARM64, "", new Arm64Backend(Arm64.OPTIONS, Arm64.SCHEME) {
                @Override
                public byte[] branch(long from, long to, boolean links) {
                    return super.branch(from, to, true);
                }
            }));

    private TrampolineFaults() {}

    /// What a trampoline of x86-64 is made of.
    ///
    /// @param countFrom where in a main function begins what no longer sets up its count
    private record X86Parts(Assembler asm, Trampoline plan, long base, int countFrom) {}

    /// The same for arm64.
    private record Arm64Parts(MacroAssembler asm, Trampoline plan, long base) {}

    @FunctionalInterface
    private interface X86Part {
        TrampolineEmitter of(X86Parts parts);
    }

    @FunctionalInterface
    private interface Arm64Part {
        dev.tailbound.jit.arm64.TrampolineEmitter of(Arm64Parts parts);
    }

    private static class X86Site extends TrampolineEmitter {
        X86Site(X86Parts parts) {
            super(parts.asm(), X86.OPTIONS, X86.SCHEME, parts.plan(), parts.base());
        }
    }

    private static class Arm64Site extends dev.tailbound.jit.arm64.TrampolineEmitter {
        Arm64Site(Arm64Parts parts) {
            super(parts.asm(), Arm64.OPTIONS, parts.plan(), parts.base());
        }
    }

    private static Fault x86(String name, String origin, X86Part part) {
        return fault(name, Machine.X86_64, origin, new X86Backend(X86.OPTIONS, X86.SCHEME) {
            @Override
            protected TrampolineEmitter trampolineEmitter(Assembler asm, Trampoline plan, long base) {
                return part.of(new X86Parts(asm, plan, base, entryEnd() + X86.SCHEME.entryLength()));
            }
        });
    }

    private static Fault arm64(String name, String origin, Arm64Part part) {
        return fault(name, Machine.ARM64, origin, new Arm64Backend(Arm64.OPTIONS, Arm64.SCHEME) {
            @Override
            protected dev.tailbound.jit.arm64.TrampolineEmitter newTrampolineEmitter(MacroAssembler asm, Trampoline plan,
                    long base) {
                return part.of(new Arm64Parts(asm, plan, base));
            }
        });
    }

    private static Fault fault(String name, Machine machine, String origin, dev.tailbound.jit.Backend backend) {
        return new Fault(name, Topic.TRAMPOLINES, origin, machine, backend);
    }
}
