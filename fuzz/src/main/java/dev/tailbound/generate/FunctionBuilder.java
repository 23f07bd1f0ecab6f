package dev.tailbound.generate;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// A function under construction: its code so far, the contents of registers and slots at its end, and methods for rows to extend it.
///
/// No value is overwritten before it is observed: [#target] and [#keep] mix a fresh value into the sink (a register, a slot or a map cell),
/// which survives until the function folds everything.
final class FunctionBuilder {
    private static final Width[] WIDTHS = Width.values();
    private static final Cond[] CONDITIONS = Cond.values();

    final Choices choices;
    final GeneratorOptions options;
    final CaseSetup world;
    final FunctionPlan plan;
    final List<FunctionPlan.Function> callees;
    final StackPlan frame;
    final LabeledCode code = new LabeledCode();
    private final Menu menu;
    RegisterState state = new RegisterState();

    /// Registers and slots that the function itself needs: the context, the sink, loop counters.
    int reserved;
    int reservedSlots;

    /// The cost factor of an instruction here, from the surrounding loops.
    int repeats = 1;
    int nesting;

    /// False in loops that count in a scratch register.
    boolean mayCall = true;

    /// The context is in R1 only, reserved until the tail call that needs it.
    boolean volatileContext;

    /// Planned calls that the code does not have yet.
    private final Deque<Integer> pending;

    private int contextSlot = -1;
    private boolean isStraight = true;
    private int cost;
    private Sink sink;

    /// The place that collects overwritten values.
    private sealed interface Sink {
        /// `mixing` is one operation for all values: a value added once and subtracted once would vanish.
        record Register(Reg reg, AluOp mixing) implements Sink {}

        record Slot(int position) implements Sink {}

        /// A cell of the accumulator; `address` is reserved for its address.
        record Cell(int off, Reg address) implements Sink {}
    }

    FunctionBuilder(Choices choices, Menu menu, CaseSetup world, FunctionPlan plan, List<FunctionPlan.Function> callees) {
        this.choices = choices;
        this.menu = menu;
        this.options = menu.options();
        this.world = world;
        this.plan = plan;
        this.callees = callees;
        this.frame = new StackPlan(plan.depth());
        this.pending = new ArrayDeque<>(plan.calls());
    }

    // Bodies

    /// Adds this many rows of the menu, and some of the planned calls between them.
    void body(int rows) {
        for (int left = rows; left > 0 && affords(1); left--) {
            while (mayCall && !pending.isEmpty() && choices.below(left + pending.size()) >= left
                    && CallRows.affordsPlanned(this, pending.peek())) {
                CallRows.planned(this, pending.poll());
            }
            menu.take(this);
        }
    }

    /// Adds the planned calls that no body has added.
    void finish() {
        while (!pending.isEmpty()) {
            CallRows.planned(this, pending.poll());
        }
    }

    // Emitting

    void emit(Insn insn) {
        isStraight &= !(insn instanceof Insn.Branch);
        code.add(insn);
        cost += repeats;
    }

    int cost() {
        return cost;
    }

    /// Whether exactly one path leads here.
    boolean isStraight() {
        return isStraight;
    }

    /// Adds the instructions that a callee executes.
    void charge(int instructions) {
        cost += instructions * repeats;
    }

    /// Whether this many more instructions here keep the function within its bound.
    boolean affords(int instructions) {
        return cost + instructions * repeats <= plan.cost();
    }

    // Choosing

    Width width() {
        return choices.pick(WIDTHS);
    }

    Cond condition() {
        return choices.pick(CONDITIONS);
    }

    Imm immediate() {
        return new Imm(CornerValues.immediate(choices));
    }

    /// A scalar register to read or an immediate.
    Operand source() {
        return source(0);
    }

    /// The same; if a number must be made first, not in `excluded`.
    Operand source(int excluded) {
        return choices.oneIn(3) ? immediate() : scalar(excluded);
    }

    private int usable() {
        // R0 stays unwritten if no caller uses it, unless an instruction requires it.
        return (RegisterState.SCRATCH | plan.saved()) & ~reserved & (plan.returns() ? -1 : ~Reg.R0.bit());
    }

    private Reg oneOf(int registers) {
        return Reg.of(choices.bitOf(registers));
    }

    /// A register to redefine, none of `excluded`; its old value is observed first.
    Reg target(int excluded) {
        int candidates = usable() & ~excluded;
        int quiet = candidates & ~state.fresh;
        if (quiet == 0) {
            var reg = oneOf(candidates);
            keep(reg);
            return reg;
        }
        int idle = quiet & ~state.addresses();
        return oneOf(idle == 0 || choices.oneIn(6) ? quiet : idle);
    }

    Reg target() {
        return target(0);
    }

    /// A register with a number, to read.
    Reg scalar() {
        return scalar(0);
    }

    /// The same; if one must be made first, not in `excluded`.
    Reg scalar(int excluded) {
        if (state.scalars == 0) {
            return define(excluded);
        }
        // A value computed from the sink could cancel out in it.
        int others = state.scalars & ~(sink instanceof Sink.Register(var into, _) ? into.bit() : 0);
        return oneOf(others == 0 ? state.scalars : others);
    }

    /// A register with a number, to be changed: none of `excluded`.
    Reg operand(int excluded) {
        int candidates = state.scalars & usable() & ~excluded;
        return candidates != 0 ? oneOf(candidates) : define(excluded);
    }

    Reg operand() {
        return operand(0);
    }

    private Reg define(int excluded) {
        var reg = target(excluded);
        loadData(reg);
        return reg;
    }

    /// Defines a register by a corner value from the data map, which is unknown to the verifier.
    void loadData(Reg reg) {
        var data = world.data().getFirst();
        emit(new Insn.LoadMapValue(reg, data.map(), Long.BYTES * choices.below(data.valueSize() / Long.BYTES)));
        emit(new Insn.Load(choices.oneIn(4) ? Size.W : Size.DW, false, reg, reg, 0));
        state.setScalar(reg);
    }

    /// Defines several registers by numbers of the data map, through an address in one of them, the last to be defined.
    void loadData(int registers, Reg through) {
        var data = world.data().getFirst();
        emit(new Insn.LoadMapValue(through, data.map(), 0));
        for (int rest = registers & ~through.bit(); rest != 0; rest &= rest - 1) {
            loadData(Reg.of(Integer.numberOfTrailingZeros(rest)), data, through);
        }
        loadData(through, data, through);
    }

    private void loadData(Reg reg, CaseSetup.Array data, Reg address) {
        int off = data.word(choices);
        emit(new Insn.Load(choices.oneIn(4) ? Size.W : Size.DW, false, reg, address, off));
        state.setScalar(reg);
    }

    /// A conditional jump to the label, mostly on numbers that the verifier does not know.
    void branch(int label) {
        if (choices.oneIn(4)) {
            branchOnNearNumber(label);
            return;
        }
        var dst = scalar();
        var cond = condition();
        // Bits up to the sign bit, which determines the upper half of a mask.
        var src = cond == Cond.SET && choices.oneIn(2) ? new Imm(-1 << choices.below(32)) : source();
        emit(new Insn.JumpIf(width(), cond, dst, src == dst ? immediate() : src, label));
    }

    /// Compares two numbers of -2..1, for which `<` and `<=`, signed and unsigned differ.
    private void branchOnNearNumber(int label) {
        var width = width();
        var from = scalar();
        var near = target(from.bit());
        emit(new Insn.Mov(width, near, from));
        emit(new Insn.Alu(width, AluOp.AND, near, new Imm(3)));
        emit(new Insn.Alu(width, AluOp.SUB, near, new Imm(2)));
        state.forget(near.bit());
        emit(new Insn.JumpIf(width, condition(), near, new Imm(choices.between(-2, 1)), label));
    }

    /// A jump to the label, near or far.
    void jump(int label) {
        emit(new Insn.Jump(options.v4() && choices.oneIn(3), label));
    }

    // The context

    /// From here on the context is in this slot, which is already reserved.
    void contextInto(int slot) {
        contextSlot = slot;
    }

    boolean hasContext() {
        return contextSlot >= 0 || state.pointersOf(PointerBounds.Kind.CONTEXT) != 0;
    }

    /// Whether the context has its own place, which nothing overwrites.
    boolean contextSurvives() {
        return contextSlot >= 0 || (state.pointersOf(PointerBounds.Kind.CONTEXT) & reserved & RegisterState.SAVED) != 0;
    }

    /// A register with the context.
    Reg context() {
        int holders = state.pointersOf(PointerBounds.Kind.CONTEXT);
        return holders != 0 ? oneOf(holders) : loadContext(target());
    }

    /// Loads the context into this register.
    Reg context(Reg into) {
        int holders = state.pointersOf(PointerBounds.Kind.CONTEXT);
        if ((holders & into.bit()) != 0) {
            return into;
        }
        if (holders == 0) {
            return loadContext(into);
        }
        emit(new Insn.Mov(Width.W64, into, oneOf(holders)));
        state.setPointer(into, PointerBounds.CONTEXT);
        return into;
    }

    /// The tail call for which the context was in R1 has been emitted.
    void contextUsed() {
        if (volatileContext) {
            volatileContext = false;
            reserved &= ~Reg.R1.bit();
        }
    }

    private Reg loadContext(Reg into) {
        emit(new Insn.Load(Size.DW, false, into, Reg.R10, frame.slot(contextSlot).off()));
        state.setPointer(into, PointerBounds.CONTEXT);
        return into;
    }

    // Keeping values observable

    /// From here on the register, already reserved, collects values that would be lost.
    void sinkInto(Reg reg) {
        sink = new Sink.Register(reg, choices.oneIn(3) ? AluOp.SUB : AluOp.ADD);
    }

    /// The same with an initialised, reserved slot of eight bytes.
    void sinkInto(int slot) {
        sink = new Sink.Slot(slot);
    }

    /// The same with a cell of the accumulator map.
    void sinkIntoCell() {
        var address = choices.pick(List.of(Reg.R4, Reg.R5));
        reserved |= address.bit();
        sink = new Sink.Cell(cell(), address);
    }

    /// Called before the register is overwritten or loses bits.
    void keep(Reg reg) {
        if (state.isFresh(reg)) {
            mixIntoSink(reg);
        }
    }

    void keepAll(int registers) {
        for (int rest = registers & state.fresh; rest != 0; rest &= rest - 1) {
            mixIntoSink(Reg.of(Integer.numberOfTrailingZeros(rest)));
        }
    }

    /// Called before the slot is overwritten.
    void keepSlot(int position) {
        if ((state.freshSlots & 1 << position) != 0) {
            var slot = frame.slot(position);
            var reg = target();
            emit(new Insn.Load(slot.size(), false, reg, Reg.R10, slot.off()));
            state.setScalar(reg);
            state.freshSlots &= ~(1 << position);
        }
    }

    /// The slot contains a number now.
    void fillSlot(int position) {
        state.slots |= 1 << position;
        state.freshSlots |= 1 << position;
    }

    private void mixIntoSink(Reg reg) {
        state.observed(reg);
        switch (sink) {
            case Sink.Register(var into, var mixing) -> emit(new Insn.Alu(Width.W64, mixing, into, reg));
            case Sink.Slot(int position) -> accumulate(Reg.R10, frame.slot(position).off(), reg);
            case Sink.Cell(int off, var address) -> addToCell(reg, off, address);
        }
    }

    /// Adds the register to a cell of the accumulator map: for any old value, different numbers give different sums.
    void addToCell(Reg reg, int off, Reg address) {
        emit(new Insn.LoadMapValue(address, world.accumulator(), off));
        accumulate(address, 0, reg);
        state.forget(address.bit());
    }

    /// Without atomics, only the last value stays.
    private void accumulate(Reg base, int off, Reg reg) {
        emit(options.target().atomics() ? new Insn.Atomic(AtomicOp.ADD, Size.DW, base, off, reg)
                : new Insn.Store(Size.DW, base, off, reg));
    }

    int cell() {
        return 8 * choices.below(CaseSetup.CELLS);
    }

    /// Continues in the state in which another path arrives at the next instruction; values known on only one path are observed before.
    void join(RegisterState other) {
        keepAll(state.fresh & ~other.scalars);
        for (int rest = other.fresh & ~state.scalars; rest != 0; rest &= rest - 1) {
            var reg = Reg.of(Integer.numberOfTrailingZeros(rest));
            emit(new Insn.Mov(width(), reg, immediate()));
            state.setScalar(reg);
        }
        state.join(other);
    }

    /// The state at a place with several predecessors: nothing in scratch registers, numbers in the saved ones.
    RegisterState settle() {
        keepAll(RegisterState.SCRATCH & ~reserved);
        state.forget(RegisterState.SCRATCH & ~reserved);
        state.forget(RegisterState.SAVED & ~state.scalars & ~reserved);
        return state.copy();
    }

    /// Returns to a settled state: registers with numbers there get numbers again, the others nothing.
    void resettle(RegisterState settled) {
        keepAll(state.fresh & ~settled.scalars);
        for (int rest = settled.scalars & ~state.scalars; rest != 0; rest &= rest - 1) {
            var reg = Reg.of(Integer.numberOfTrailingZeros(rest));
            emit(new Insn.Mov(Width.W64, reg, immediate()));
            state.setScalar(reg);
        }
        state.forget(~settled.scalars & ~reserved & (RegisterState.SCRATCH | RegisterState.SAVED));
    }
}
