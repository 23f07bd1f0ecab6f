package dev.tailbound.lockstep;

import static dev.tailbound.isa.Width.W64;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.arm64.Address;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Options;
import dev.tailbound.jit.arm64.Arm64Registers;
import dev.tailbound.jit.arm64.AtomicEmitter;
import dev.tailbound.jit.arm64.Condition;
import dev.tailbound.jit.arm64.FrameLayout;
import dev.tailbound.jit.arm64.FunctionEmitter;
import dev.tailbound.jit.arm64.KernelGeneration;
import dev.tailbound.jit.arm64.Label;
import dev.tailbound.jit.arm64.LseAtomics;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.MemoryEmitter;
import dev.tailbound.jit.arm64.PointerScheme;
import dev.tailbound.jit.arm64.Register;
import dev.tailbound.jit.arm64.TailCall;

/// The arm64 backend with one fault.
final class FaultyArm64 extends Arm64Backend {
    private static final KernelGeneration KERNEL = KernelGeneration.V6_12;

    private final InjectedFault fault;

    FaultyArm64(InjectedFault fault) {
        super(Arm64Options.debian(KERNEL), new Scheme(fault));
        this.fault = fault;
    }

    /// Does not restore registers if that is the fault.
    private static final class Scheme extends PointerScheme {
        private final InjectedFault fault;
        private boolean inTailCall;

        Scheme(InjectedFault fault) {
            this.fault = fault;
        }

        @Override
        public void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call) {
            inTailCall = true;
            super.tailCall(asm, frame, call);
            inTailCall = false;
        }

        @Override
        public void release(MacroAssembler asm, FrameLayout frame) {
            if (fault == (inTailCall ? InjectedFault.TAIL_CALL_LOSES_REGISTERS : InjectedFault.EXIT_LOSES_REGISTERS)) {
                int pairs = (frame.preserved().size() + 1) / 2;
                asm.add(W64, Register.SP, Register.SP, frame.stackSize() + 16 * pairs);
            } else {
                super.release(asm, frame);
            }
        }
    }

    @Override
    protected MacroAssembler newAssembler() {
        return new MacroAssembler(KERNEL) {
            @Override
            public void mov(Width w, Register rd, Register rn) {
                if (fault != InjectedFault.SELF_MOVES_VANISH || rd != rn) {
                    super.mov(fault == InjectedFault.MOV32_IS_MOV64 ? W64 : w, rd, rn);
                }
            }

            @Override
            public void neg(Width w, Register rd, Register rm) {
                if (fault == InjectedFault.NEG_FAULTS) {
                    movConstant(Arm64Registers.TMP1, 0);
                    ldr(W64, Arm64Registers.TMP1, new Address.Offset(Arm64Registers.TMP1, 0));
                }
                super.neg(w, rd, rm);
            }

            @Override
            public void b(Label target) {
                if (fault == InjectedFault.GOTO_HANGS) {
                    var here = new Label();
                    bind(here);
                    super.b(here);
                } else {
                    super.b(target);
                }
            }
        };
    }

    @Override
    protected MemoryEmitter newMemoryEmitter(MacroAssembler asm, FrameLayout frame) {
        return new MemoryEmitter(asm, scheme(), frame) {
            @Override
            public void store(Insn.Store insn) {
                boolean low = fault == InjectedFault.STACK_STORES_TOO_LOW && insn.base() == Reg.R10;
                super.store(low ? new Insn.Store(insn.size(), insn.base(), insn.off() - 8, insn.src()) : insn);
            }
        };
    }

    @Override
    protected AtomicEmitter newAtomicEmitter(MacroAssembler asm) {
        var right = new LseAtomics(asm);
        return (op, w, src, at) -> right.emit(fault == InjectedFault.ATOMIC_ADD_ORS && op == AtomicOp.ADD ? AtomicOp.OR : op, w,
                src, at);
    }

    @Override
    protected FunctionEmitter newFunctionEmitter(FunctionEmitter.Parts parts, Lowered lowered, int subprogram, Linkage linkage,
            long base) {
        return new FunctionEmitter(parts, lowered, subprogram, linkage, base, tailCallOffset()) {
            @Override
            protected Condition condition(Cond cond) {
                return super.condition(fault == InjectedFault.SGT_IS_SGE && cond == Cond.SGT ? Cond.SGE : cond);
            }
        };
    }
}
