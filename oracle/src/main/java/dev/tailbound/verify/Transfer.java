package dev.tailbound.verify;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.verify.MemoryAccess.Use;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// Transfer function: checks one instruction against an abstract state and updates the state.
final class Transfer {
    /// No next instruction: the path ends.
    static final int END = -1;

    /// Receives the additional paths at a fork.
    @FunctionalInterface
    interface Forks {
        void fork(PathState state, int next);
    }

    private final ControlFlow flow;
    private final List<BpfMap> maps;
    private final AttachmentRole role;
    private final ExplorationFacts findings;
    private final MemoryAccess memory;
    private final Forks forks;
    private int nullIds;

    Transfer(ControlFlow flow, List<BpfMap> maps, AttachmentRole role, ByteOrder order, ExplorationFacts findings, Forks forks) {
        this.flow = flow;
        this.maps = maps;
        this.role = role;
        this.findings = findings;
        this.forks = forks;
        memory = new MemoryAccess(findings, order);
    }

    /// Applies the instruction at `at` to the state in place; returns the index of the next instruction, or [#END].
    int step(PathState state, int at) {
        switch (flow.insn(at)) {
            case Insn.Alu(var width, var op, var dst, var src) -> state.write(dst, alu(state, width, op, dst, src));
            case Insn.Neg(_, var dst) -> state.write(dst, scrambled(state.read(dst)));
            case Insn.Swap(_, _, var dst) -> state.write(dst, scrambled(state.read(dst)));
            case Insn.Mov(var width, var dst, var src) -> state.write(dst, width == Width.W64
                    ? operand(state, src)
                    : low32(operand(state, src)));
            case Insn.MovSx(var width, var from, var dst, var src) ->
                state.write(dst, signExtended(state.read(src), from, width));
            case Insn.LoadImm64(var dst, var value) -> state.write(dst, Scalar.constant(value));
            case Insn.LoadMap(var dst, var map) -> {
                map(map);
                state.write(dst, Pointer.to(new PointerTarget.Map(map)));
            }
            case Insn.LoadMapValue(var dst, var map, var off) -> state.write(dst, mapValue(map, off));
            case Insn.Load(var size, var signed, var dst, var base, var off) ->
                state.write(dst, memory.load(state, Use.READ, size, signed, base, off));
            case Insn.Store(var size, var base, var off, var src) ->
                memory.store(state, Use.WRITE, size, base, off, number(operand(state, src)));
            case Insn.Atomic atomic -> atomic(state, atomic);
            case Insn.LoadAcquire(var size, var dst, var base, var off) ->
                state.write(dst, memory.load(state, Use.ATOMIC_READ, size, false, base, off));
            case Insn.StoreRelease(var size, var base, var off, var src) ->
                memory.store(state, Use.ATOMIC_WRITE, size, base, off, number(state.read(src)));
            case Insn.Jump jump -> {
                return jump.target();
            }
            case Insn.JumpIf jump -> {
                return jumpIf(state, at, jump);
            }
            case Insn.Call(var target) -> {
                call(state, at, flow.functionOf(target));
                return target;
            }
            case Insn.CallHelper call -> callHelper(state, at, call);
            case Insn.CallKfunc(int id, _) -> KfuncCall.apply(Kfunc.byId(id).orElseThrow(), state, memory);
            case Insn.MovPerCpu _ -> throw new Rejection("BPF_MOV uses reserved fields");
            case Insn.Exit _ when flow.isHandover(at) -> {
                handOver(state.read(Reg.R1));
                return END;
            }
            case Insn.Exit _ -> {
                return exit(state);
            }
        }
        return at + 1;
    }

    private static AbstractValue operand(PathState state, Operand operand) {
        return switch (operand) {
            case Reg reg -> state.read(reg);
            case Imm(int value) -> Scalar.constant(value);
        };
    }

    private AbstractValue alu(PathState state, Width width, AluOp op, Reg dst, Operand src) {
        var right = number(operand(state, src));
        var left = number(state.read(dst));
        if (dst == Reg.R10) {
            throw new Rejection("frame pointer is read only");
        }
        if (left instanceof Scalar a && right instanceof Scalar b) {
            return new Scalar(ScalarArithmetic.apply(width, op, a.range(), b.range()), a, src instanceof Reg ? b : null);
        }
        return PointerArithmetic.apply(width, op, dst, left, right, findings);
    }

    // Kernels treat the task's address as a number.
    private AbstractValue number(AbstractValue value) {
        return value instanceof Pointer pointer && pointer.region() instanceof PointerTarget.Task ? addressAs(ScalarRange.UNKNOWN)
                : value;
    }

    // Kernels up to 6.12 do not track negation and byte swaps.
    private Scalar scrambled(AbstractValue value) {
        return value instanceof Scalar scalar ? new Scalar(ScalarRange.UNKNOWN, scalar, null) : addressAs(ScalarRange.UNKNOWN);
    }

    private Scalar low32(AbstractValue value) {
        return value instanceof Scalar scalar ? narrowed(scalar, scalar.range().low32()) : addressAs(ScalarRange.UNKNOWN.low32());
    }

    private Scalar signExtended(AbstractValue value, Size from, Width width) {
        if (!(value instanceof Scalar scalar)) {
            return addressAs(ScalarRange.UNKNOWN);
        }
        var wide = scalar.range().signExtend(from.bits());
        return narrowed(scalar, width == Width.W32 ? wide.low32() : wide);
    }

    // If nothing is cut off, the object is shared, so that a branch on one copy refines both.
    private static Scalar narrowed(Scalar scalar, ScalarRange range) {
        return range.equals(scalar.range()) ? scalar : new Scalar(range, scalar, null);
    }

    private Scalar addressAs(ScalarRange range) {
        findings.leakAddress();
        return new Scalar(range);
    }

    private BpfMap map(int map) {
        if (map < 0 || map >= maps.size()) {
            throw new Rejection("map %d is not a map of the case, expected 0..%d", map, maps.size() - 1);
        }
        return maps.get(map);
    }

    // As in the kernel: only array maps with a single entry have directly addressable values.
    private Pointer mapValue(int map, int off) {
        if (!(map(map) instanceof BpfMap.Array array)) {
            throw new Rejection("no direct value access support for this map type: map %s is a prog array", map(map).name());
        }
        if (array.entries() != 1) {
            throw new Rejection("no direct value access to map %s: it has %d entries, expected 1", array.name(), array.entries());
        }
        if (off < 0 || off >= array.valueSize()) {
            throw new Rejection("invalid access to map value pointer, value_size=%d off=%d: map %s", array.valueSize(), off,
                    array.name());
        }
        return Pointer.to(new PointerTarget.MapValue(map, array.valueSize())).plus(off);
    }

    // The register that receives the old value becomes uninitialised before the address is checked.
    private void atomic(PathState state, Insn.Atomic i) {
        var operand = state.read(i.src());
        state.read(i.base());
        if (i.op() == AtomicOp.CMPXCHG && state.read(Reg.R0) instanceof Pointer) {
            findings.leakAddress();
        }
        if (i.fetched() != null) {
            if (i.fetched() == i.base()) {
                throw new Rejection("%s invalid mem access 'scalar': it is overwritten by the fetched value", i.base());
            }
            state.write(i.fetched(), Uninit.UNINIT);
        }
        var old = memory.exchange(state, i.size(), i.base(), i.off(), operand);
        if (i.fetched() != null) {
            state.write(i.fetched(), old);
        }
    }

    private int jumpIf(PathState state, int at, Insn.JumpIf jump) {
        var left = number(state.read(jump.dst()));
        var right = number(operand(state, jump.src()));
        if (left instanceof Scalar a && right instanceof Scalar b) {
            return compareNumbers(state, at, jump, a, b);
        }
        if (jump.width() == Width.W64 && (jump.cond() == Cond.EQ || jump.cond() == Cond.NE)) {
            if (left instanceof Pointer pointer && right instanceof Scalar zero && zero.range().isZero()) {
                return compareWithNull(state, at, jump, pointer, zero);
            }
            if (right instanceof Pointer pointer && left instanceof Scalar zero && zero.range().isZero()) {
                return compareWithNull(state, at, jump, pointer, zero);
            }
        }
        boolean sameObject = left instanceof Pointer a && right instanceof Pointer b && a.region().equals(b.region())
                && !a.mayBeNull() && !b.mayBeNull();
        if (jump.width() == Width.W32 || !sameObject) {
            findings.leakAddress();
        }
        var taken = state.copy();
        if (jump.width() == Width.W64 && jump.src() instanceof Reg src && left instanceof Pointer a
                && right instanceof Pointer b) {
            settleEqual(jump.cond() == Cond.EQ ? taken : state, jump, src, a, b);
        }
        forks.fork(taken, jump.target());
        return at + 1;
    }

    // A pointer equal to a non-null one is non-null; kernels resolve only the compared register, not its copies.
    private static void settleEqual(PathState state, Insn.JumpIf jump, Reg src, Pointer left, Pointer right) {
        if ((jump.cond() == Cond.EQ || jump.cond() == Cond.NE) && left.mayBeNull() != right.mayBeNull()) {
            state.set(left.mayBeNull() ? jump.dst() : src, left.mayBeNull() ? left.nonNull() : right.nonNull());
        }
    }

    private int compareNumbers(PathState state, int at, Insn.JumpIf jump, Scalar a, Scalar b) {
        return switch (BranchRefinement.decide(jump.width(), jump.cond(), a.range(), b.range())) {
            case ALWAYS -> decided(a, b, jump.target());
            case NEVER -> decided(a, b, at + 1);
            case EITHER -> {
                var taken = state.copy();
                refine(taken, jump, true, a, b);
                forks.fork(taken, jump.target());
                refine(state, jump, false, a, b);
                yield at + 1;
            }
        };
    }

    private static int decided(Scalar a, Scalar b, int next) {
        a.markPrecise();
        b.markPrecise();
        return next;
    }

    private static void refine(PathState state, Insn.JumpIf jump, boolean holds, Scalar a, Scalar b) {
        if (a == b) {
            return;
        }
        var known = BranchRefinement.refine(jump.width(), jump.cond(), holds, a.range(), b.range());
        // Impossible outcomes are followed as well, as kernels do.
        if (!known.dst().isNone() && !known.src().isNone()) {
            replace(state, a, known.dst(), b);
            replace(state, b, known.src(), a);
        }
    }

    private static void replace(PathState state, Scalar scalar, ScalarRange range, Scalar other) {
        if (!range.equals(scalar.range())) {
            state.replace(scalar, new Scalar(range, scalar, other));
        }
    }

    // Comparison with the constant 0 resolves a pointer that may be null, and is decided for pointers that kernels know to be non-null.
    private int compareWithNull(PathState state, int at, Insn.JumpIf jump, Pointer pointer, Scalar zero) {
        boolean nullJumps = jump.cond() == Cond.EQ;
        if (!pointer.mayBeNull() && (pointer.region().isNeverNull() || flow.isPrologue())) {
            zero.markPrecise();
            return nullJumps ? at + 1 : jump.target();
        }
        var taken = state.copy();
        if (pointer.mayBeNull() && jump.src() instanceof Imm) {
            taken.settleNull(pointer.nullId(), nullJumps);
            state.settleNull(pointer.nullId(), !nullJumps);
        }
        forks.fork(taken, jump.target());
        return at + 1;
    }

    private void call(PathState state, int at, int function) {
        role.called(function, state.current());
        if (role.hasStandIn(function)) {
            // Another program returns to the caller with any result.
            var returned = state.copy();
            returned.current().clobberCallerSaved();
            returned.set(Reg.R0, Scalar.unknown());
            forks.fork(returned, at + 1);
        }
        state.call(function, at);
    }

    private void callHelper(PathState state, int at, Insn.CallHelper call) {
        var helper = known(call);
        var signature = HelperSignature.of(helper);
        var map = signature.check(helper, state, maps, memory, findings);
        if (helper == Helper.MAP_LOOKUP_ELEM) {
            findings.lookup(at, maps.indexOf(map));
        }
        if (call.isTailCall()) {
            findings.tailCall(at, slot(map, state.read(Reg.R3)));
            role.returned(state.current().function(), Scalar.unknown());
        }
        if (call.isTailCall() && state.depth() > 1) {
            // If the tail call succeeds, its target replaces this frame, and the caller sees the last target's result.
            var returned = state.copy();
            forks.fork(returned, returned.leave(Scalar.unknown()) + 1);
        }
        state.current().clobberCallerSaved();
        switch (signature.result()) {
            case SCALAR -> state.set(Reg.R0, Scalar.unknown());
            case TASK -> state.set(Reg.R0, Pointer.to(new PointerTarget.Task()));
            case VALUE_OR_NULL -> state.set(Reg.R0, valueOrNull((BpfMap.Array) map));
            case NOTHING -> {
                // R0 stays unreadable.
            }
        }
    }

    // The path depends on the known key, as on a decided branch.
    private Optional<ProgramFacts.ArraySlot> slot(BpfMap map, AbstractValue index) {
        if (!(index instanceof Scalar key) || !key.range().isConstant()
                || Long.compareUnsigned(key.range().value(), map.entries()) >= 0) {
            return Optional.empty();
        }
        key.markPrecise();
        return Optional.of(new ProgramFacts.ArraySlot(maps.indexOf(map), (int) key.range().value()));
    }

    private Helper known(Insn.CallHelper call) {
        Optional<Helper> helper = Helper.byId(call.id());
        return helper.orElseThrow(
                () -> new Rejection("invalid func unknown#%d: not one of the helpers that engines offer", call.id()));
    }

    private Pointer valueOrNull(BpfMap.Array map) {
        return new Pointer(new PointerTarget.MapValue(maps.indexOf(map), map.valueSize()), 0, ScalarRange.ZERO, ++nullIds);
    }

    private static void handOver(AbstractValue context) {
        if (!HelperSignature.isContext(context)) {
            throw new Rejection("R1 is %s where the program begins, expected ctx", context instanceof Pointer ? context
                    : context
                            .typeName());
        }
    }

    private int exit(PathState state) {
        role.returned(state.current().function(), state.get(Reg.R0));
        if (state.depth() == 1) {
            role.checkResult(state.read(Reg.R0));
            if (state.read(Reg.R0) instanceof Pointer) {
                findings.leakAddress();
            }
            return END;
        }
        var result = state.get(Reg.R0);
        if (result instanceof Pointer pointer && pointer.region() instanceof PointerTarget.Stack) {
            throw new Rejection("cannot return stack pointer to the caller");
        }
        int call = state.leave(result);
        // A subprogram's exit does not read R0; a caller that reads it is rejected there.
        if (result == Uninit.UNINIT) {
            findings.emptyResult(call);
        }
        return call + 1;
    }
}
