package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.COUNTER;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP2;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP3;
import static dev.tailbound.jit.arm64.Register.SP;
import static dev.tailbound.jit.arm64.Register.X19;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.arm64.Address;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Condition;
import dev.tailbound.jit.arm64.FrameLayout;
import dev.tailbound.jit.arm64.FunctionEmitter;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.PointerScheme;
import dev.tailbound.jit.arm64.Register;
import dev.tailbound.jit.arm64.TailCall;
import dev.tailbound.jit.arm64.TailCallScheme;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Faults in the tail calls of arm64 code: in their counting, and in the frames that they leave and reuse.
final class Arm64TailCallFaults {
    static final Fault X26 = fault("each frame restores its caller's count", "kernel 66ff4d61dc12", Arm64Backend.x26());

    static final List<Fault> ALL = List.of(
            // counting
            X26,
            scheme("limit of 32", "kernel 745abfaa9eaf", new PointerScheme() {
                @Override
                protected int limit() {
                    return super.limit() - 1;
                }
            }),
            scheme("limit of 34", "kernel 745abfaa9eaf", new PointerScheme() {
                @Override
                protected int limit() {
                    return super.limit() + 1;
                }
            }),
            scheme("an empty slot is counted", "", new PointerScheme() {
                @Override
                public void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call) {
                    call.checkIndex();
                    asm.ldr(W64, TMP3, new Address.Offset(COUNTER, 0));
                    asm.cmp(W64, TMP3, limit());
                    asm.b(Condition.HS, call.out());
                    asm.add(W64, TMP3, TMP3, 1);
                    asm.str(W64, TMP3, new Address.Offset(COUNTER, 0));
                    call.loadProgram();
                    release(asm, frame);
                    call.loadLanding();
                    asm.br(TMP1);
                }
            }),
            scheme("a tail call is counted in the register only", "", new PointerScheme() {
                @Override
                public void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call) {
                    call.checkIndex();
                    asm.ldr(W64, TMP3, new Address.Offset(COUNTER, 0));
                    asm.cmp(W64, TMP3, limit());
                    asm.b(Condition.HS, call.out());
                    call.loadProgram();
                    release(asm, frame);
                    call.loadLanding();
                    asm.br(TMP1);
                }
            }),
            scheme("a subprogram counts for itself", "kernel d6083f040d5d", new PointerScheme() {
                @Override
                public void enter(MacroAssembler asm, FrameLayout frame) {
                    super.enter(asm, new FrameLayout(true, frame.stackSize(), frame.preserved(), frame.deepest()));
                }
            }),
            body("tail calls land before the count is made", "ubpf#450", body -> new Part(body, body.landing() - 8)),

            // the array
            array("upper bits of the index are not cut", (asm, layout) -> new Array(asm, layout) {
                @Override
                public void checkIndex() {
                    compareIndex();
                    asm.b(Condition.HS, out());
                }
            }),
            array("one slot more than there is", (asm, layout) -> new Array(asm, layout) {
                @Override
                public void checkIndex() {
                    cutIndex();
                    compareIndex();
                    asm.b(Condition.HI, out());
                }
            }),
            array("the last slot is out of bounds", (asm, layout) -> new Array(asm, layout) {
                @Override
                public void checkIndex() {
                    cutIndex();
                    compareIndex();
                    asm.b(Condition.HS, out());
                    asm.sub(W32, TMP1, TMP1, 1);
                    asm.cmp(W32, asm.register(Reg.R3), TMP1);
                    asm.b(Condition.HS, out());
                }
            }),
            array("the index is compared as signed", (asm, layout) -> new Array(asm, layout) {
                @Override
                public void checkIndex() {
                    cutIndex();
                    compareIndex();
                    asm.b(Condition.GE, out());
                }
            }),
            array("an empty slot is not tested", (asm, layout) -> new Array(asm, layout) {
                @Override
                public void loadProgram() {
                    asm.movConstant(TMP1, layout.ptrs());
                    asm.add(W64, TMP1, asm.register(Reg.R2), TMP1);
                    asm.lsl(W64, TMP2, asm.register(Reg.R3), 3);
                    asm.ldr(W64, TMP2, new Address.Indexed(TMP1, TMP2));
                }
            }),

            // frames
            scheme("a tail call keeps the room of the BPF stack", "ubpf#458", new PointerScheme() {
                @Override
                public void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call) {
                    super.tailCall(asm, new FrameLayout(frame.main(), 0, frame.preserved(), frame.deepest()), call);
                }
            }),
            scheme("saved registers are dropped by a tail call", "", new PointerScheme() {
                @Override
                public void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call) {
                    int pairs = (frame.preserved().size() + 1) / 2;
                    super.tailCall(asm, new FrameLayout(frame.main(), frame.stackSize() + 16 * pairs, List.of(), frame.deepest()),
                            call);
                }
            }),
            damage("a pair is popped in the wrong order", Arm64.assembler(() -> new MacroAssembler(Arm64.KERNEL) {
                @Override
                public void pop(Register lower, Register upper) {
                    super.pop(lower == X19 ? upper : lower, lower == X19 ? lower : upper);
                }
            })),
            frame("r9 is not saved",
                    frame -> new FrameLayout(frame.main(), frame.stackSize(),
                            frame.preserved().stream().filter(reg -> reg != Reg.R9).toList(), frame.deepest())),
            frame("16 bytes of the BPF stack are not allocated", frame -> new FrameLayout(frame.main(),
                    Math.max(0, frame.stackSize() - 16), frame.preserved(), frame.deepest())),
            damage("stack offsets count from 8 bytes above", Arm64.scheme(new PointerScheme() {
                @Override
                public Address.Offset stack(FrameLayout frame, int off) {
                    return new Address.Offset(SP, off + frame.stackSize() + 8);
                }
            })));

    private Arm64TailCallFaults() {}

    private static class Part extends FunctionEmitter {
        Part(Arm64.Body body, int landing) {
            super(body.parts(), body.lowered(), body.subprogram(), body.linkage(), body.base(), landing);
        }
    }

    private static class Array extends TailCall {
        private final MacroAssembler asm;
        private final ObjectLayout layout;

        Array(MacroAssembler asm, ObjectLayout layout) {
            super(asm, layout, Machine.ARM64.sound().tailCallOffset());
            this.asm = asm;
            this.layout = layout;
        }

        void cutIndex() {
            asm.mov(W32, asm.register(Reg.R3), asm.register(Reg.R3));
        }

        void compareIndex() {
            asm.movConstant(TMP1, layout.maxEntries());
            asm.ldr(W32, TMP1, new Address.Indexed(asm.register(Reg.R2), TMP1));
            asm.cmp(W32, asm.register(Reg.R3), TMP1);
        }
    }

    private static Fault fault(String name, String origin, Arm64Backend backend) {
        return new Fault(name, Topic.TAIL_CALLS, origin, Machine.ARM64, backend);
    }

    private static Fault scheme(String name, String origin, TailCallScheme part) {
        return fault(name, origin, Arm64.scheme(part));
    }

    private static Fault body(String name, String origin, Function<Arm64.Body, FunctionEmitter> part) {
        return fault(name, origin, Arm64.function(part));
    }

    private static Fault array(String name, BiFunction<MacroAssembler, ObjectLayout, TailCall> part) {
        return body(name, "", body -> new Part(body, body.landing()) {
            @Override
            protected TailCall newTailCall(ObjectLayout layout, int landing) {
                return part.apply(body.parts().asm(), layout);
            }
        });
    }

    private static Fault frame(String name, UnaryOperator<FrameLayout> wrong) {
        return damage(name, Arm64.frame(wrong));
    }

    private static Fault damage(String name, Arm64Backend backend) {
        return new Fault(name, Topic.FRAMES, "", Machine.ARM64, backend);
    }
}
