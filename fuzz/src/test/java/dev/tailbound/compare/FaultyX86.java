package dev.tailbound.compare;

import static dev.tailbound.isa.Width.W64;

import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.x86.Arith;
import dev.tailbound.jit.x86.Arithmetic;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.Cc;
import dev.tailbound.jit.x86.ControlFlow;
import dev.tailbound.jit.x86.CountingScheme;
import dev.tailbound.jit.x86.Frame;
import dev.tailbound.jit.x86.Gpr;
import dev.tailbound.jit.x86.KernelGeneration;
import dev.tailbound.jit.x86.Mem;
import dev.tailbound.jit.x86.Memory;
import dev.tailbound.jit.x86.Pass;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.verify.ProgramFacts.Subprogram;

/// The x86-64 backend with one fault.
final class FaultyX86 extends X86Backend {
    private static final X86Options OPTIONS = X86Options.debian(KernelGeneration.V6_12);
    private static final CountingScheme SCHEME = new PointerScheme();

    private final Fault fault;

    FaultyX86(Fault fault) {
        super(OPTIONS, SCHEME);
        this.fault = fault;
    }

    @Override
    protected Arithmetic arithmetic(Assembler asm) {
        return new Arithmetic(asm, OPTIONS) {
            @Override
            public void mov(Insn.Mov insn) {
                if (fault == Fault.MOV32_IS_MOV64 && insn.src() instanceof Reg) {
                    super.mov(new Insn.Mov(W64, insn.dst(), insn.src()));
                } else if (fault != Fault.SELF_MOVES_VANISH || insn.src() != insn.dst()) {
                    super.mov(insn);
                }
            }

            @Override
            public void neg(Insn.Neg insn) {
                if (fault == Fault.NEG_FAULTS) {
                    asm.int3();
                }
                super.neg(insn);
            }
        };
    }

    @Override
    protected Memory memory(Assembler asm) {
        return new Memory(asm, OPTIONS) {
            @Override
            public void store(Size size, Reg base, int off, Operand src) {
                super.store(size, base, fault == Fault.STACK_STORES_TOO_LOW && base == Reg.R10 ? off - 8 : off, src);
            }

            @Override
            protected void locked(Arith op, Width width, Mem dst, Gpr src) {
                super.locked(fault == Fault.ATOMIC_ADD_ORS && op == Arith.ADD ? Arith.OR : op, width, dst, src);
            }
        };
    }

    @Override
    protected ControlFlow controlFlow(Assembler asm, Frame frame, Linkage linkage, Pass pass) {
        return new ControlFlow(asm, frame, OPTIONS, SCHEME, linkage, pass) {
            @Override
            public void jump(int index, Insn.Jump insn) {
                super.jump(index, fault == Fault.GOTO_HANGS ? insn.retarget(index) : insn);
            }

            @Override
            protected Cc condition(Cond cond) {
                return super.condition(fault == Fault.SGT_IS_SGE && cond == Cond.SGT ? Cond.SGE : cond);
            }
        };
    }

    @Override
    protected Frame frame(Assembler asm, Subprogram function, int registers) {
        return new Frame(asm, OPTIONS, SCHEME, function, registers) {
            private boolean forgetful;

            @Override
            public void epilogue() {
                forgetful = fault == Fault.EXIT_LOSES_REGISTERS;
                super.epilogue();
            }

            @Override
            public void release() {
                forgetful = fault == Fault.TAIL_CALL_LOSES_REGISTERS;
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
                        asm.pop(Gpr.SCRATCH);
                    }
                }
            }
        };
    }
}
