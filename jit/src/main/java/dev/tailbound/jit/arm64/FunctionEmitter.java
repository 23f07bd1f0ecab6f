package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Register.X0;

import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.Arrays;

/// Compiles one function: prologue, the code of each instruction, epilogue.
public class FunctionEmitter {

    /// The emitters of the parts of a function; all append to the same code.
    public record Parts(MacroAssembler asm, FrameEmitter frame, AluEmitter alu, MemoryEmitter memory, AtomicEmitter atomics) {}

    private final Parts parts;
    private final MacroAssembler asm;
    private final Lowered lowered;
    private final Subprogram function;
    private final Linkage linkage;
    private final long base;
    private final int landing;
    private final Label[] labels;
    private final Label epilogue = new Label();

    /// `landing` is the offset of the tail call landing point in all main functions.
    public FunctionEmitter(Parts parts, Lowered lowered, int subprogram, Linkage linkage, long base, int landing) {
        this.parts = parts;
        this.asm = parts.asm();
        this.lowered = lowered;
        this.function = lowered.subprograms().get(subprogram);
        this.linkage = linkage;
        this.base = base;
        this.landing = landing;
        this.labels = new Label[function.end() - function.start()];
        Arrays.setAll(labels, _ -> new Label());
    }

    public MachineCode emit() {
        var offsets = new int[labels.length + 1];
        parts.frame().prologue();
        for (int i = function.start(); i < function.end(); i++) {
            offsets[i - function.start()] = asm.position();
            asm.bind(label(i));
            emit(i, lowered.program().insn(i));
        }
        offsets[labels.length] = asm.position();
        asm.bind(epilogue);
        parts.frame().epilogue();
        return new MachineCode(asm.toBytes(), function.start(), offsets);
    }

    private void emit(int index, Insn insn) {
        switch (insn) {
            case Insn.Alu(var w, var op, var dst, Reg src) -> parts.alu().register(w, op, register(dst), register(src));
            case Insn.Alu(var w, var op, var dst, Imm(var imm)) -> parts.alu().immediate(w, op, register(dst), imm);
            case Insn.Neg(var w, var dst) -> asm.neg(w, register(dst), register(dst));
            case Insn.Mov(var w, var dst, Reg src) -> asm.mov(w, register(dst), register(src));
            case Insn.Mov(var w, var dst, Imm(var imm)) -> asm.movImmediate(w, register(dst), imm);
            case Insn.MovSx(var w, var from, var dst, var src) -> asm.sxt(w, register(dst), register(src), from);
            case Insn.Swap swap -> parts.alu().swap(swap);
            case Insn.LoadImm64(var dst, var value) -> asm.movConstant(register(dst), value);
            case Insn.LoadMap(var dst, var map) -> asm.movConstant(register(dst), linkage.mapAddress(map));
            case Insn.LoadMapValue(var dst, var map, var off) -> asm.movConstant(register(dst), linkage.valueAddress(map) + off);
            case Insn.Load load -> parts.memory().load(load);
            case Insn.Store store -> parts.memory().store(store);
            case Insn.Atomic atomic -> atomic(atomic);
            case Insn.LoadAcquire load -> parts.memory().loadAcquire(load);
            case Insn.StoreRelease store -> parts.memory().storeRelease(store);
            case Insn.Jump(_, var target) -> asm.b(label(target));
            case Insn.JumpIf(var w, var cond, var dst, var src, var target) -> jumpIf(w, cond, register(dst), src, label(target));
            case Insn.Call(var target) -> call(linkage.functionAddress(subprogramAt(target)));
            case Insn.CallHelper helper when helper.isTailCall() -> tailCall();
            case Insn.CallHelper(var id) when id == Helper.GET_SMP_PROCESSOR_ID.id() && asm.kernel().taskCpu() > 0 -> cpuNumber();
            case Insn.CallHelper(var id) when id == Helper.GET_CURRENT_TASK.id() && asm.kernel().taskCpu() > 0 ->
                asm.mrsSpEl0(register(Reg.R0));
            case Insn.CallHelper(var id) -> call(linkage.helperAddress(id));
            case Insn.CallKfunc call -> call(linkage.kfuncAddress(call.id(), lowered.module(call)));
            case Insn.MovPerCpu _ -> throw new UnsupportedOperationException("per-CPU variables have no address on arm64");
            case Insn.Exit _ -> exit(index);
        }
    }

    protected void atomic(Insn.Atomic insn) {
        var at = parts.memory().pointer(insn.base(), insn.off());
        parts.atomics().emit(insn.op(), insn.size() == Size.DW ? W64 : W32, register(insn.src()), at);
    }

    protected void jumpIf(Width w, Cond cond, Register dst, Operand src, Label target) {
        switch (src) {
            case Reg reg when cond == Cond.SET -> asm.tst(w, dst, register(reg));
            case Reg reg -> asm.cmp(w, dst, register(reg));
            case Imm(var imm) when cond == Cond.SET -> asm.tstConstant(w, dst, imm);
            case Imm(var imm) -> asm.cmpConstant(w, dst, imm);
        }
        asm.b(condition(cond), target);
    }

    /// The condition after `cmp`, or `tst` for SET.
    protected Condition condition(Cond cond) {
        return switch (cond) {
            // @formatter:off
            case EQ  -> Condition.EQ;
            case NE  -> Condition.NE;
            case SET -> Condition.NE;
            case GT  -> Condition.HI;
            case GE  -> Condition.HS;
            case LT  -> Condition.LO;
            case LE  -> Condition.LS;
            case SGT -> Condition.GT;
            case SGE -> Condition.GE;
            case SLT -> Condition.LT;
            case SLE -> Condition.LE;
            // @formatter:on
        };
    }

    /// Calls a function with the C calling convention and moves its result to R0.
    protected void call(long target) {
        long displacement = target - (base + asm.position());
        if (asm.kernel().hasNearCalls() && BranchField.IMM26.reaches(displacement)) {
            asm.bl(displacement);
        } else {
            asm.movAddress(TMP1, target);
            asm.blr(TMP1);
        }
        takeResult();
    }

    /// `current->thread_info.cpu`
    protected void cpuNumber() {
        asm.mrsSpEl0(TMP1);
        asm.ldr(W32, register(Reg.R0), new Address.Offset(TMP1, asm.kernel().taskCpu()));
    }

    protected void takeResult() {
        asm.mov(W64, register(Reg.R0), X0);
    }

    protected void tailCall() {
        parts.frame().tailCall(newTailCall(linkage.layout(), landing));
    }

    protected TailCall newTailCall(ObjectLayout layout, int landing) {
        return new TailCall(asm, layout, landing);
    }

    /// The epilogue is after the last instruction, which needs no branch to it.
    protected void exit(int index) {
        if (index != function.end() - 1) {
            asm.b(epilogue);
        }
    }

    private int subprogramAt(int start) {
        var functions = lowered.subprograms();
        for (int i = 0; i < functions.size(); i++) {
            if (functions.get(i).start() == start) {
                return i;
            }
        }
        throw new IllegalArgumentException("call of instruction %d, which starts no subprogram".formatted(start));
    }

    private Register register(Reg reg) {
        return asm.register(reg);
    }

    private Label label(int insn) {
        if (insn < function.start() || insn >= function.end()) {
            throw new IllegalArgumentException(
                    "jump to instruction %d, expected one of %d..%d".formatted(insn, function.start(), function.end() - 1));
        }
        return labels[insn - function.start()];
    }
}
