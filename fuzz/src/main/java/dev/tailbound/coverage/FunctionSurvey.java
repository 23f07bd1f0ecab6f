package dev.tailbound.coverage;

import dev.tailbound.coverage.ProgramSurvey.TailCall;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import java.util.BitSet;
import java.util.stream.IntStream;

/// The contents of one function, read once from top to bottom.
///
/// The targets of pointers in registers and slots are tracked in textual order, not along paths: good enough for statistics.
@SuppressWarnings("EnumOrdinal") // sets of kinds of calls as bits
public final class FunctionSurvey {
    /// Jumps over this many slots are about the length at which x86-64 needs the long form.
    private static final int FAR_SLOTS = 24;
    /// This many slots take more than 2 KiB.
    private static final int VERY_FAR_SLOTS = 420;
    private static final int DEEP = 128;

    private final ProgramSurvey survey;
    private final int start;

    private long features;
    private int callKinds;
    /// A bit for each call depth at which the function may run.
    private int depths;
    private int callSites;
    private int unreadCallSites;

    private final What[] registers = new What[Reg.values().length];
    private final What[] slots = new What[513];
    private int deepest;
    private int saved;
    private boolean namesR0;
    private int exits;
    private boolean jumpsVeryFar;
    private int tailCallMap = -1;
    private long tailCallIndex = TailCall.VARIABLE;

    /// The target of a pointer in a register or slot; null for numbers and unknown values.
    private enum What {
        CONTEXT, VALUE, FRAME, CALLER_FRAME
    }

    FunctionSurvey(ProgramSurvey survey, int start) {
        this.survey = survey;
        this.start = start;
    }

    int start() {
        return start;
    }

    boolean isMain() {
        return start == 0;
    }

    /// A set of [Feature#bit()]s.
    long features() {
        return features;
    }

    boolean has(Feature feature) {
        return (features & feature.bit()) != 0;
    }

    /// Whether it has a jump over more than about 2 KiB of code.
    boolean jumpsVeryFar() {
        return jumpsVeryFar;
    }

    boolean makes(CallKind kind) {
        return (callKinds & 1 << kind.ordinal()) != 0;
    }

    /// The numbers of calls above it, on all chains of calls.
    IntStream depths() {
        return BitSet.valueOf(new long[]{ depths }).stream();
    }

    /// The deepest byte of its stack, counted from R10.
    int stackDepth() {
        return deepest;
    }

    boolean runsAtDepth(int calls) {
        return (depths & 1 << calls) != 0;
    }

    /// The instructions that call it.
    int callSites() {
        return callSites;
    }

    void expectCall() {
        callSites++;
        unreadCallSites++;
    }

    void enterAsMain() {
        depths = 1;
        registers[Reg.R1.number()] = What.CONTEXT;
    }

    private void enterFrom(FunctionSurvey caller) {
        depths |= caller.depths << 1;
        for (int i = Reg.R1.number(); i <= Reg.R5.number(); i++) {
            var passed = caller.registers[i] == What.FRAME ? What.CALLER_FRAME : caller.registers[i];
            registers[i] = passed == null ? registers[i] : passed;
        }
        if (--unreadCallSites == 0) {
            survey.ready(this);
        }
    }

    void read() {
        registers[Reg.R10.number()] = What.FRAME;
        int end = survey.endOf(this);
        for (int i = start; i < end; i++) {
            read(i, survey.program.insn(i));
        }
        found(saved == 0, Feature.NO_SAVED_REGISTER);
        found(saved == Reg.CALLEE_SAVED, Feature.ALL_SAVED_REGISTERS);
        found(saved != 0 && saved != Reg.CALLEE_SAVED, Feature.SOME_SAVED_REGISTERS);
        found(deepest == 0, Feature.NO_STACK);
        found(deepest > 0 && deepest % 16 == 0, Feature.STACK_MULTIPLE_OF_16);
        found(deepest % 16 == 8, Feature.STACK_MULTIPLE_OF_8);
        found(deepest % 8 != 0, Feature.STACK_UNALIGNED);
        found(deepest > DEEP, Feature.STACK_DEEP);
        found(exits > 1, Feature.SEVERAL_EXITS);
        found(!isMain() && !namesR0 && (callKinds & ~(1 << CallKind.TAIL_CALL_FROM_SUBPROGRAM.ordinal())) == 0,
                Feature.NO_RESULT);
        if (callKinds == 0) {
            made(CallKind.NONE);
        }
    }

    private void read(int at, Insn insn) {
        saved |= insn.registers() & Reg.CALLEE_SAVED;
        namesR0 |= (insn.registers() & Reg.R0.bit()) != 0;
        switch (insn) {
            case Insn.Alu i -> alu(i);
            case Insn.Neg(_, var dst) -> number(dst);
            case Insn.Mov(var width, var dst, var src) -> {
                points(dst, src instanceof Reg reg && width == Width.W64 ? registers[reg.number()] : null);
                index(dst, src instanceof Imm(int value) ? value & (width == Width.W32 ? 0xffff_ffffL : -1) : TailCall.VARIABLE);
            }
            case Insn.MovSx(_, _, var dst, _) -> {
                found(Feature.SIGN_EXTENSION);
                number(dst);
            }
            case Insn.Swap(_, _, var dst) -> {
                found(Feature.BYTE_SWAP);
                number(dst);
            }
            case Insn.LoadImm64(var dst, long value) -> {
                found(Feature.WIDE_CONSTANT);
                number(dst);
                index(dst, value);
            }
            case Insn.LoadMap(var dst, int map) -> {
                number(dst);
                tailCallMap = dst == Reg.R2 ? map : tailCallMap;
            }
            case Insn.LoadMapValue(var dst, _, _) -> {
                number(dst);
                points(dst, What.VALUE);
            }
            case Insn.Load(_, boolean signed, var dst, var base, int off) -> {
                found(signed, Feature.SIGN_EXTENSION);
                access(base, off, Feature.SLOT_LOAD, Feature.VALUE_LOAD, Feature.CONTEXT_LOAD);
                number(dst);
                points(dst, base == Reg.R10 ? slots[-off] : null);
                found(registers[dst.number()] == What.VALUE, Feature.SPILLED_POINTER);
            }
            case Insn.Store(_, var base, int off, var src) -> {
                access(base, off, Feature.SLOT_STORE, Feature.VALUE_STORE, Feature.CONTEXT_STORE);
                if (base == Reg.R10) {
                    slots[-off] = src instanceof Reg reg ? registers[reg.number()] : null;
                }
            }
            case Insn.Atomic i -> {
                found(Feature.ATOMIC);
                access(i.base(), i.off(), Feature.ATOMIC_SLOT, Feature.ATOMIC, Feature.ATOMIC);
                if (i.fetched() != null) {
                    found(Feature.ATOMIC_FETCH);
                    number(i.fetched());
                }
            }
            case Insn.LoadAcquire(_, var dst, var base, int off) -> {
                found(Feature.ORDERED);
                access(base, off, Feature.SLOT_LOAD, Feature.VALUE_LOAD, Feature.CONTEXT_LOAD);
                number(dst);
            }
            case Insn.StoreRelease(_, var base, int off, _) -> {
                found(Feature.ORDERED);
                access(base, off, Feature.SLOT_STORE, Feature.VALUE_STORE, Feature.CONTEXT_STORE);
            }
            case Insn.Jump(boolean far, int target) -> {
                found(far, Feature.GOTOL);
                jump(at, target);
            }
            case Insn.JumpIf i -> jump(at, i.target());
            case Insn.Call(int target) -> {
                made(CallKind.SUBPROGRAM);
                survey.functionAt(target).enterFrom(this);
                called();
            }
            case Insn.CallHelper call -> helper(at, call);
            case Insn.CallKfunc(int id, _) -> {
                made(CallKind.KFUNC);
                var first = registers[Reg.R1.number()];
                called();
                registers[Reg.R0.number()] = Kfunc.byId(id).filter(Kfunc::isInlined).isPresent() ? first : null;
            }
            case Insn.MovPerCpu(var dst, _) -> number(dst);
            case Insn.Exit() -> exits++;
        }
    }

    private void alu(Insn.Alu i) {
        found(i.op().isDivision(), Feature.DIVISION);
        found(i.op() == AluOp.SDIV || i.op() == AluOp.SMOD, Feature.SIGNED_DIVISION);
        found(i.op().isShift() && i.src() instanceof Reg, Feature.SHIFT_BY_REGISTER);
        var what = registers[i.dst().number()];
        boolean moves = i.width() == Width.W64 && (i.op() == AluOp.ADD || i.op() == AluOp.SUB);
        found(what == What.VALUE && moves && i.src() instanceof Reg, Feature.VARIABLE_OFFSET);
        found(what == What.FRAME && moves && i.src() instanceof Reg, Feature.VARIABLE_SLOT);
        if (what == What.FRAME && moves && i.src() instanceof Imm(int distance)) {
            deepest = Math.max(deepest, Math.abs(distance));
        }
        points(i.dst(), moves ? what : null);
        index(i.dst(), TailCall.VARIABLE);
    }

    private void access(Reg base, int off, Feature slot, Feature value, Feature context) {
        switch (registers[base.number()]) {
            case FRAME -> {
                found(slot);
                deepest = base == Reg.R10 ? Math.max(deepest, -off) : deepest;
            }
            case CALLER_FRAME -> found(Feature.CALLER_SLOT);
            case VALUE -> found(value);
            case CONTEXT -> found(context);
            case null -> {
            }
        }
    }

    private void jump(int at, int target) {
        int slots = 0;
        for (int i = Math.min(at, target); i < Math.max(at, target) && slots < VERY_FAR_SLOTS; i++) {
            slots += survey.program.insn(i).slots();
        }
        boolean far = slots >= FAR_SLOTS;
        if (target > at) {
            found(far ? Feature.FORWARD_FAR : Feature.FORWARD_NEAR);
            jumpsVeryFar |= slots >= VERY_FAR_SLOTS;
        } else {
            found(far ? Feature.BACKWARD_FAR : Feature.BACKWARD_NEAR);
        }
    }

    private void helper(int at, Insn.CallHelper call) {
        if (call.isTailCall()) {
            made(isMain() ? CallKind.TAIL_CALL_FROM_MAIN : CallKind.TAIL_CALL_FROM_SUBPROGRAM);
            survey.tailCalls.add(new TailCall(this, at, tailCallMap, tailCallIndex, isInLoop(at)));
        } else {
            made(CallKind.HELPER);
        }
        boolean lookup = call.id() == Helper.MAP_LOOKUP_ELEM.id();
        called();
        registers[Reg.R0.number()] = lookup ? What.VALUE : null;
    }

    /// Whether a later instruction of the function jumps back to before this one.
    private boolean isInLoop(int at) {
        int end = survey.endOf(this);
        for (int i = at; i < end; i++) {
            if (survey.program.insn(i) instanceof Insn.Branch jump && jump.target() >= start && jump.target() <= at) {
                return true;
            }
        }
        return false;
    }

    private void called() {
        for (int i = Reg.R0.number(); i <= Reg.R5.number(); i++) {
            registers[i] = null;
        }
        tailCallMap = -1;
        tailCallIndex = TailCall.VARIABLE;
    }

    private void number(Reg dst) {
        points(dst, null);
        index(dst, TailCall.VARIABLE);
    }

    private void points(Reg dst, What what) {
        registers[dst.number()] = what;
    }

    private void index(Reg dst, long value) {
        if (dst == Reg.R3) {
            tailCallIndex = value;
        }
    }

    private void made(CallKind kind) {
        callKinds |= 1 << kind.ordinal();
    }

    void found(Feature feature) {
        features |= feature.bit();
    }

    private void found(boolean condition, Feature feature) {
        if (condition) {
            features |= feature.bit();
        }
    }
}
