package dev.tailbound.lockstep;

import static dev.tailbound.isa.Width.W64;

import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.x86.Address;
import dev.tailbound.jit.x86.AluEmitter;
import dev.tailbound.jit.x86.Arith;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.Condition;
import dev.tailbound.jit.x86.ControlFlowEmitter;
import dev.tailbound.jit.x86.EmissionPass;
import dev.tailbound.jit.x86.FrameEmitter;
import dev.tailbound.jit.x86.KernelGeneration;
import dev.tailbound.jit.x86.MemoryEmitter;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.Register;
import dev.tailbound.jit.x86.TailCallScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.verify.ProgramFacts.Subprogram;

/// The x86-64 backend with one fault.
final class FaultyX86 extends X86Backend {
    private static final X86Options OPTIONS = X86Options.debian(KernelGeneration.V6_12);
    private static final TailCallScheme SCHEME = new PointerScheme();

    private final InjectedFault fault;

    FaultyX86(InjectedFault fault) {
        super(OPTIONS, SCHEME);
        this.fault = fault;
    }

    @Override
    protected AluEmitter arithmetic(Assembler asm) {
        return new AluEmitter(asm, OPTIONS) {
            @Override
            public void mov(Insn.Mov insn) {
                if (fault == InjectedFault.MOV32_IS_MOV64 && insn.src() instanceof Reg) {
                    super.mov(new Insn.Mov(W64, insn.dst(), insn.src()));
                } else if (fault != InjectedFault.SELF_MOVES_VANISH || insn.src() != insn.dst()) {
                    super.mov(insn);
                }
            }

            @Override
            public void neg(Insn.Neg insn) {
                if (fault == InjectedFault.NEG_FAULTS) {
                    asm.int3();
                }
                super.neg(insn);
            }
        };
    }

    @Override
    protected MemoryEmitter memory(Assembler asm) {
        return new MemoryEmitter(asm, OPTIONS) {
            @Override
            public void store(Size size, Reg base, int off, Operand src) {
                super.store(size, base, fault == InjectedFault.STACK_STORES_TOO_LOW && base == Reg.R10 ? off - 8 : off, src);
            }

            @Override
            protected void locked(Arith op, Width width, Address dst, Register src) {
                super.locked(fault == InjectedFault.ATOMIC_ADD_ORS && op == Arith.ADD ? Arith.OR : op, width, dst, src);
            }
        };
    }

    @Override
    protected ControlFlowEmitter controlFlow(Assembler asm, FrameEmitter frame, Linkage linkage, EmissionPass pass) {
        return new ControlFlowEmitter(asm, frame, OPTIONS, SCHEME, linkage, pass) {
            @Override
            public void jump(int index, Insn.Jump insn) {
                super.jump(index, fault == InjectedFault.GOTO_HANGS ? insn.retarget(index) : insn);
            }

            @Override
            protected Condition condition(Cond cond) {
                return super.condition(fault == InjectedFault.SGT_IS_SGE && cond == Cond.SGT ? Cond.SGE : cond);
            }
        };
    }

    @Override
    protected FrameEmitter frame(Assembler asm, Subprogram function, int registers) {
        return new FrameEmitter(asm, OPTIONS, SCHEME, function, registers) {
            private boolean forgetful;

            @Override
            public void epilogue() {
                forgetful = fault == InjectedFault.EXIT_LOSES_REGISTERS;
                super.epilogue();
            }

            @Override
            public void release() {
                forgetful = fault == InjectedFault.TAIL_CALL_LOSES_REGISTERS;
                super.release();
            }

            @Override
            protected void restoreSaved() {
                if (!forgetful) {
                    super.restoreSaved();
                    return;
                }
                for (var reg : new Reg[]{ Reg.R6, Reg.R7, Reg.R8, Reg.R9 }) {
                    if ((registers & reg.bit()) != 0) {
                        asm.pop(Register.SCRATCH);
                    }
                }
            }
        };
    }
}
