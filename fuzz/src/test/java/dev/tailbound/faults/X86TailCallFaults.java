package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.RBP;
import static dev.tailbound.jit.x86.Register.RCX;
import static dev.tailbound.jit.x86.Register.RDX;
import static dev.tailbound.jit.x86.Register.RSI;
import static dev.tailbound.jit.x86.Register.RSP;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.x86.Address;
import dev.tailbound.jit.x86.Arith;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.Condition;
import dev.tailbound.jit.x86.ControlFlowEmitter;
import dev.tailbound.jit.x86.FrameEmitter;
import dev.tailbound.jit.x86.Label;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.TailCallScheme;
import dev.tailbound.jit.x86.X86Backend;
import java.util.List;
import java.util.function.Function;

/// Faults in the tail calls of x86-64 code: in their counting, and in the frames that they leave and reuse.
final class X86TailCallFaults {
    static final Fault STACK_COPY = fault("each frame has a copy of the count", "kernel 116e04ba1459", X86Backend.stackCopy());

    static final List<Fault> ALL = List.of(
            // counting
            STACK_COPY,
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
                public void test(Assembler asm, FrameEmitter frame, Label out) {
                    super.test(asm, frame, out);
                    super.count(asm, frame);
                }

                @Override
                public void count(Assembler asm, FrameEmitter frame) {
                    // Already done before the slot was read.
                }
            }),
            scheme("a call does not hand on the count", "kernel 2b5dcb31a19a", new PointerScheme() {
                @Override
                public void beforeCall(Assembler asm, FrameEmitter frame) {
                    // nothing
                }
            }),
            scheme("a tail call forgets the count", "", new PointerScheme() {
                @Override
                public void closeSlots(Assembler asm, FrameEmitter frame) {
                    super.closeSlots(asm, frame);
                    asm.alu(Arith.XOR, W32, RAX, RAX);
                }
            }),
            frame("a subprogram counts for itself", "kernel d6083f040d5d", entered -> new Part(entered) {
                @Override
                public boolean isMain() {
                    return true;
                }
            }),
            frame("only functions with a tail call of their own take part", "kernel f663a03c8e35", entered -> new Part(entered) {
                @Override
                public boolean countsTailCalls() {
                    return function().hasTailCall();
                }
            }),
            frame("the count's slot is not rounded to 8 bytes", "kernel ff672c67ee76", entered -> new Part(entered) {
                @Override
                public Address belowStack(int distance) {
                    return Address.far(RBP, -(function().stackDepth() + distance));
                }
            }),
            // Only the prologue's test that distinguishes the count from the pointer has this condition.
            fault("a full count is taken for a pointer", "", X86.assembler(() -> new Assembler() {
                @Override
                public void jcc(Condition cc, Label target) {
                    super.jcc(cc == Condition.A ? Condition.AE : cc, target);
                }
            })),

            // the array
            flow("upper bits of the index are not cut", "", body -> new Flow(body) {
                @Override
                protected void checkIndex(Label out) {
                    asm.alu(Arith.CMP, W32, Address.at(RSI, linkage.layout().maxEntries()), RDX);
                    asm.jcc(Condition.BE, out);
                }
            }),
            flow("the last slot is out of bounds", "", body -> new Flow(body) {
                @Override
                protected void checkIndex(Label out) {
                    asm.mov(W32, RCX, RDX);
                    asm.aluImm8(Arith.ADD, W32, RCX, 1);
                    asm.alu(Arith.CMP, W32, Address.at(RSI, linkage.layout().maxEntries()), RCX);
                    asm.mov(W32, RDX, RDX);
                    asm.jcc(Condition.BE, out);
                }
            }),
            flow("one slot more than there is", "", body -> new Flow(body) {
                @Override
                protected void checkIndex(Label out) {
                    asm.mov(W32, RDX, RDX);
                    asm.alu(Arith.CMP, W32, Address.at(RSI, linkage.layout().maxEntries()), RDX);
                    asm.jcc(Condition.B, out);
                }
            }),
            flow("the index is compared as signed", "", body -> new Flow(body) {
                @Override
                protected void checkIndex(Label out) {
                    asm.mov(W32, RDX, RDX);
                    asm.alu(Arith.CMP, W32, Address.at(RSI, linkage.layout().maxEntries()), RDX);
                    asm.jcc(Condition.LE, out);
                }
            }),
            flow("an empty slot is not tested", "", body -> new Flow(body) {
                @Override
                protected void loadProgram(Label out) {
                    asm.mov(W64, RCX, Address.indexed(RSI, RDX, linkage.layout().ptrs()));
                }
            }),
            flow("tail calls land before rbp is pushed", "ubpf#450", body -> new Flow(body) {
                @Override
                protected void jumpToProgram(int landing) {
                    super.jumpToProgram(landing - 4);
                }
            }),

            // frames
            frame("saved registers are dropped by a tail call", "", entered -> new Part(entered) {
                private boolean released;

                @Override
                public void release() {
                    released = true;
                    super.release();
                    released = false;
                }

                @Override
                protected void restoreSaved() {
                    if (released) {
                        asm.aluImm32(Arith.ADD, W64, RSP, 8 * saved().size());
                    } else {
                        super.restoreSaved();
                    }
                }
            }),
            frame("a tail call keeps the room of the BPF stack", "ubpf#458", entered -> new Part(entered) {
                @Override
                public void release() {
                    restoreSaved();
                    if (countsTailCalls()) {
                        X86.SCHEME.closeSlots(asm, this);
                    }
                }
            }),
            damage("saved registers are popped in the order of the pushes", "", entered -> new Part(entered) {
                @Override
                protected void restoreSaved() {
                    saved().forEach(asm::pop);
                }
            }),
            damage("r9 is not saved", "", entered -> new Part(
                    new X86.Entered(entered.asm(), entered.subprogram(), entered.registers() & ~Reg.R9.bit()))),
            damage("the BPF stack is rounded down", "ubpf#566", entered -> new Part(entered) {
                @Override
                protected int stack() {
                    return function().stackDepth() & -8;
                }
            }));

    private X86TailCallFaults() {}

    private static class Part extends FrameEmitter {
        final Assembler asm;

        Part(X86.Entered entered) {
            super(entered.asm(), X86.OPTIONS, X86.SCHEME, entered.subprogram(), entered.registers());
            this.asm = entered.asm();
        }
    }

    private static class Flow extends ControlFlowEmitter {
        Flow(X86.Body body) {
            super(body.asm(), body.frame(), X86.OPTIONS, X86.SCHEME, body.linkage(), body.pass());
        }
    }

    private static Fault fault(String name, String origin, X86Backend backend) {
        return new Fault(name, Topic.TAIL_CALLS, origin, Machine.X86_64, backend);
    }

    private static Fault scheme(String name, String origin, TailCallScheme part) {
        return fault(name, origin, X86.scheme(part));
    }

    private static Fault flow(String name, String origin, Function<X86.Body, ControlFlowEmitter> part) {
        return fault(name, origin, X86.flow(part));
    }

    private static Fault frame(String name, String origin, Function<X86.Entered, FrameEmitter> part) {
        return fault(name, origin, X86.frame(part));
    }

    private static Fault damage(String name, String origin, Function<X86.Entered, FrameEmitter> part) {
        return new Fault(name, Topic.FRAMES, origin, Machine.X86_64, X86.frame(part));
    }
}
