package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.jit.Trampoline;
import dev.tailbound.jit.x86.Address;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.PerCpuScheme;
import dev.tailbound.jit.x86.Register;
import dev.tailbound.jit.x86.TrampolineEmitter;
import dev.tailbound.jit.x86.X86Backend;
import java.util.List;

/// Faults of the x86-64 backend in trampolines, and in extensions, which replace functions.
final class X86TrampolineFaults {
    static final List<Fault> ALL = List.of(
            fault("the count is not loaded again before the function", "kernel 2b5dcb31a19a", site -> new Site(site) {
                @Override
                protected void restoreCount() {
                    // Keeps the value from the last call.
                }
            }),
            fault("the function's result is lost", "", site -> new Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.movImm32(Register.RAX, 0);
                }
            }),
            fault("of the function's result the upper half is lost", "", site -> new Site(site) {
                @Override
                protected void callFunction() {
                    super.callFunction();
                    asm.mov(W32, Register.RAX, Register.RAX);
                }
            }),
            fault("the second argument is not given back", "", site -> new Site(site) {
                @Override
                protected void restoreArguments() {
                    super.restoreArguments();
                    asm.mov(W64, Register.RSI, Register.RDI);
                }
            }),
            fault("the third argument is not kept", "", site -> new Site(site) {
                @Override
                protected void saveArguments() {
                    asm.movImm32(Register.RDX, 0);
                    super.saveArguments();
                }
            }),
            fault("programs see the second argument first", "", site -> new Site(site) {
                @Override
                protected Address argument(int index) {
                    return super.argument(index == 0 ? 1 : index == 1 ? 0 : index);
                }
            }),
            fault("r13 is used and not saved", "", site -> new Site(site) {
                @Override
                protected void enter() {
                    super.enter();
                    asm.movImm32(Register.R13, 13);
                }
            }),
            fault("what fmod_ret programs return is ignored", "", site -> new Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, false);
                }
            }),
            fault("what fentry programs return stands for the function's result", "", site -> new Site(site) {
                @Override
                protected void run(long program, boolean keepsResult) {
                    super.run(program, plan.callsFunction());
                }
            }),
            fault("a tracing program goes on with the count of what it is attached to", "", site -> new Site(site) {
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
            fault("one count for all programs of a processor", "", new X86Backend(X86.OPTIONS,
                    new PerCpuScheme())),
            fault("an extension returns into what it replaces", "", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                public byte[] branch(long from, long to, boolean links) {
                    return super.branch(from, to, true);
                }
            }));

    private X86TrampolineFaults() {}

    /// The arguments of a trampoline's emitter.
    ///
    /// @param countFrom the offset in a main function after the setup of its count
    private record Parts(Assembler asm, Trampoline plan, long base, int countFrom) {}

    @FunctionalInterface
    private interface Part {
        TrampolineEmitter of(Parts parts);
    }

    private static class Site extends TrampolineEmitter {
        Site(Parts parts) {
            super(parts.asm(), X86.OPTIONS, X86.SCHEME, parts.plan(), parts.base());
        }
    }

    private static Fault fault(String name, String origin, Part part) {
        return fault(name, origin, new X86Backend(X86.OPTIONS, X86.SCHEME) {
            @Override
            protected TrampolineEmitter trampolineEmitter(Assembler asm, Trampoline plan, long base) {
                return part.of(new Parts(asm, plan, base, entryEnd() + X86.SCHEME.entryLength()));
            }
        });
    }

    private static Fault fault(String name, String origin, X86Backend backend) {
        return new Fault(name, Topic.TRAMPOLINES, origin, Machine.X86_64, backend);
    }
}
