package dev.tailbound.faults;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.Trampoline;
import dev.tailbound.jit.arm64.Address;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.MemoryEmitter;
import dev.tailbound.jit.arm64.Register;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.Condition;
import dev.tailbound.jit.x86.ControlFlowEmitter;
import dev.tailbound.jit.x86.EmissionPass;
import dev.tailbound.jit.x86.TrampolineEmitter;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import java.util.List;

/// Faults that only large or rarely shaped programs show.
final class SizeFaults {
    private static final int MANY_FUNCTIONS = 128;
    private static final int MANY_ATTACHED = 8;
    private static final int FIFTH = 4;

    static final List<Fault> ALL = List.of(
            x86("the slot of a direct tail call is cut to 8 bits", X86.flow(
                    body -> new ControlFlowEmitter(body.asm(), body.frame(), X86.OPTIONS, X86.SCHEME, body.linkage(),
                            body.pass()) {
                        @Override
                        public void tailCall(ArraySlot slot) {
                            super.tailCall(new ArraySlot(slot.map(), slot.key() & 0xff));
                        }
                    })),
            x86("jumps of 32 KiB and more go to the next instruction", X86.assembler(() -> new Assembler() {
                @Override
                public void jcc32(Condition cc, int rel32) {
                    super.jcc32(cc, rel32 == (short) rel32 ? rel32 : 0);
                }

                @Override
                public void jmp32(int rel32) {
                    super.jmp32(rel32 == (short) rel32 ? rel32 : 0);
                }
            })),
            x86("jump sizes are final after eight passes", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                protected boolean isFinal(int number, EmissionPass pass) {
                    return super.isFinal(number, pass) || number == 7;
                }
            }),
            x86("calls of the 128th function and later ones go to the one before", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
                    return super.compile(lowered, subprogram, new LastFunctionsWrong(linkage), base);
                }

                @Override
                public MachineCode recompile(MachineCode measured, Lowered lowered, int subprogram, Linkage linkage, long base) {
                    return super.recompile(measured, lowered, subprogram, new LastFunctionsWrong(linkage), base);
                }
            }),
            x86("a trampoline runs eight programs of a kind", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                protected TrampolineEmitter trampolineEmitter(Assembler asm, Trampoline plan, long base) {
                    return new TrampolineEmitter(asm, X86.OPTIONS, X86.SCHEME, plan, base) {
                        @Override
                        protected void run(long program, boolean keepsResult) {
                            if (position(plan, program) < MANY_ATTACHED) {
                                super.run(program, keepsResult);
                            }
                        }
                    };
                }
            }),
            x86("the fifth argument is not kept", new X86Backend(X86.OPTIONS, X86.SCHEME) {
                @Override
                protected TrampolineEmitter trampolineEmitter(Assembler asm, Trampoline plan, long base) {
                    return new TrampolineEmitter(asm, X86.OPTIONS, X86.SCHEME, plan, base) {
                        @Override
                        protected void saveArguments() {
                            super.saveArguments();
                            asm.mov(Size.DW, argument(FIFTH), dev.tailbound.jit.x86.Register.RDI);
                        }
                    };
                }
            }),
            arm64("branches of more than 64 KiB go to the next instruction",
                    Arm64.assembler(() -> new MacroAssembler(Arm64.KERNEL) {
                        @Override
                        protected int displacement(int from, int to) {
                            int displacement = super.displacement(from, to);
                            return Math.abs(displacement) < 1 << 16 ? displacement : 4;
                        }
                    })),
            arm64("logical immediates of period 4 are rotated by one bit more",
                    Arm64.assembler(() -> new MacroAssembler(Arm64.KERNEL) {
                        @Override
                        public void eor(Width w, Register rd, Register rn, int bitmask) {
                            super.eor(w, rd, rn, hasPeriod4(bitmask) ? bitmask ^ 1 << 6 : bitmask);
                        }
                    })),
            arm64("negative offsets below -4096 are cut to 12 bits",
                    Arm64.memory((asm, frame) -> new MemoryEmitter(asm, Arm64.SCHEME, frame) {
                        @Override
                        protected Address address(Reg base, int off, Size size, Register scratch) {
                            return super.address(base, off < -4096 ? -(-off & 0xfff) : off, size, scratch);
                        }
                    })),
            arm64("offsets of 16 KiB and more are cut to 14 bits",
                    Arm64.memory((asm, frame) -> new MemoryEmitter(asm, Arm64.SCHEME, frame) {
                        @Override
                        protected Address address(Reg base, int off, Size size, Register scratch) {
                            return super.address(base, off > 0 ? off & 0x3fff : off, size, scratch);
                        }
                    })),
            arm64("the fifth argument is not given back", new Arm64Backend(Arm64.OPTIONS, Arm64.SCHEME) {
                @Override
                protected dev.tailbound.jit.arm64.TrampolineEmitter newTrampolineEmitter(MacroAssembler asm, Trampoline plan,
                        long base) {
                    return new dev.tailbound.jit.arm64.TrampolineEmitter(asm, Arm64.OPTIONS, plan, base) {
                        @Override
                        protected void restoreArguments() {
                            super.restoreArguments();
                            asm.mov(Width.W64, Register.X4, Register.X0);
                        }
                    };
                }
            }),
            arm64("calls of the 128th function and later ones go to the one before",
                    new Arm64Backend(Arm64.OPTIONS, Arm64.SCHEME) {
                        @Override
                        public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
                            return super.compile(lowered, subprogram, new LastFunctionsWrong(linkage), base);
                        }
                    }));

    private SizeFaults() {}

    /// `bitmask` is `N:immr:imms`.
    private static boolean hasPeriod4(int bitmask) {
        return (bitmask & 0b1_000000_111100) == 0b111000;
    }

    /// The position of the program among those of its kind.
    private static int position(Trampoline plan, long program) {
        return Math.max(plan.fentry().indexOf(program), Math.max(plan.fmodRet().indexOf(program), plan.fexit().indexOf(program)));
    }

    private static Fault x86(String name, X86Backend backend) {
        return new Fault(name, Topic.SIZES, "", Machine.X86_64, backend);
    }

    private static Fault arm64(String name, Arm64Backend backend) {
        return new Fault(name, Topic.SIZES, "", Machine.ARM64, backend);
    }

    private record LastFunctionsWrong(Linkage sound) implements Linkage {
        @Override
        public long functionAddress(int subprogram) {
            return sound.functionAddress(subprogram < MANY_FUNCTIONS ? subprogram : subprogram - 1);
        }

        @Override
        public long mapAddress(int map) {
            return sound.mapAddress(map);
        }

        @Override
        public long valueAddress(int map) {
            return sound.valueAddress(map);
        }

        @Override
        public long helperAddress(int id) {
            return sound.helperAddress(id);
        }

        @Override
        public long kfuncAddress(int id, int module) {
            return sound.kfuncAddress(id, module);
        }

        @Override
        public long routineAddress(int routine) {
            return sound.routineAddress(routine);
        }

        @Override
        public int thisCpuOff() {
            return sound.thisCpuOff();
        }

        @Override
        public ObjectLayout layout() {
            return sound.layout();
        }
    }
}
