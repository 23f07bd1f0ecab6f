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

/// A function under construction: its code so far, what its registers and slots hold there, and the means with which rows add to it.
///
/// Nothing is overwritten before it was observed: [#target] and [#keep] mix a fresh value into the sink, a register, a slot or a map cell
/// that survives until the function folds everything.
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

    /// Registers and slots that hold something the function itself needs: the context, the sink, loop counters.
    int reserved;
    int reservedSlots;

    /// Loops around this place multiply what an instruction costs.
    int repeats = 1;
    int nesting;

    /// False in loops that count in a scratch register.
    boolean mayCall = true;

    /// The context is in R1 only, reserved until the tail call that needs it.
    boolean volatileContext;

    /// What the plan asks for and the code does not have yet.
    private final Deque<Integer> pending;

    private int contextSlot = -1;
    private int cost;
    private Sink sink;

    /// Where overwritten values go.
    private sealed interface Sink {
        /// `mixing` is one operation for all values: what is added once and subtracted once would vanish.
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

    /// Adds so many rows of the menu, and between them some of the calls that the plan asks for.
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
        code.add(insn);
        cost += repeats;
    }

    int cost() {
        return cost;
    }

    /// A callee's instructions are executed here, too.
    void charge(int instructions) {
        cost += instructions * repeats;
    }

    /// So many instructions more, here, keep the function within its bound.
    boolean affords(int instructions) {
        return cost + instructions * repeats <= plan.cost();
    }

    // Choosing

    Width width() {
        return choices.pick(WIDTHS);
    }

    Imm immediate() {
        return new Imm(CornerValues.immediate(choices));
    }

    /// A scalar register to read or an immediate.
    Operand source() {
        return source(0);
    }

    /// The same, leaving `excluded` alone where a number must be made first.
    Operand source(int excluded) {
        return choices.oneIn(3) ? immediate() : scalar(excluded);
    }

    private int usable() {
        // R0 stays unwritten where nobody needs it, unless an instruction insists on it.
        return (RegisterState.SCRATCH | plan.saved()) & ~reserved & (plan.returns() ? -1 : ~Reg.R0.bit());
    }

    private Reg oneOf(int registers) {
        return Reg.of(choices.bitOf(registers));
    }

    /// A register to define anew, none of `excluded`; what it held is observed first.
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

    /// A register that holds a number, to read.
    Reg scalar() {
        return scalar(0);
    }

    /// The same, leaving `excluded` alone where one must be made first.
    Reg scalar(int excluded) {
        if (state.scalars == 0) {
            return define(excluded);
        }
        // What was computed from the sink could cancel out in it.
        int others = state.scalars & ~(sink instanceof Sink.Register(var into, _) ? into.bit() : 0);
        return oneOf(others == 0 ? state.scalars : others);
    }

    /// A register that holds a number, to be changed: none of `excluded`.
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

    /// Defines a register by a corner value from the data map, which the verifier knows nothing about.
    void loadData(Reg reg) {
        var data = world.data().getFirst();
        int off = 8 * choices.below(data.valueSize() / 8);
        emit(new Insn.LoadMapValue(reg, data.map(), off));
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
        int off = 8 * choices.below(data.valueSize() / 8);
        emit(new Insn.Load(choices.oneIn(4) ? Size.W : Size.DW, false, reg, address, off));
        state.setScalar(reg);
    }

    /// A conditional jump to the label on numbers the verifier most likely does not know.
    void branch(int label) {
        if (choices.oneIn(4)) {
            branchOnNearNumber(label);
            return;
        }
        var dst = scalar();
        var cond = choices.pick(CONDITIONS);
        // Bits up to the sign: that is where the upper half of a mask comes from.
        var src = cond == Cond.SET && choices.oneIn(2) ? new Imm(-1 << choices.below(32)) : source();
        emit(new Insn.JumpIf(width(), cond, dst, src == dst ? immediate() : src, label));
    }

    /// On one of -2..1 against one of -2..1: where `<` and `<=`, signed and unsigned differ.
    private void branchOnNearNumber(int label) {
        var width = width();
        var from = scalar();
        var near = target(from.bit());
        emit(new Insn.Mov(width, near, from));
        emit(new Insn.Alu(width, AluOp.AND, near, new Imm(3)));
        emit(new Insn.Alu(width, AluOp.SUB, near, new Imm(2)));
        state.forget(near.bit());
        emit(new Insn.JumpIf(width, choices.pick(CONDITIONS), near, new Imm(choices.between(-2, 1)), label));
    }

    /// A jump to the label, near or far.
    void jump(int label) {
        emit(new Insn.Jump(options.v4() && choices.oneIn(3), label));
    }

    // The context

    /// From here on the context lies in this slot, already reserved.
    void contextInto(int slot) {
        contextSlot = slot;
    }

    boolean hasContext() {
        return contextSlot >= 0 || state.pointersOf(PointerBounds.Kind.CONTEXT) != 0;
    }

    /// The context has a place of its own, which nothing overwrites.
    boolean contextSurvives() {
        return contextSlot >= 0 || (state.pointersOf(PointerBounds.Kind.CONTEXT) & reserved & RegisterState.SAVED) != 0;
    }

    /// A register that holds the context.
    Reg context() {
        int holders = state.pointersOf(PointerBounds.Kind.CONTEXT);
        return holders != 0 ? oneOf(holders) : loadContext(target());
    }

    /// Brings the context into this register.
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

    /// The tail call for which R1 held the context has been emitted.
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

    /// From here on the register, already reserved, collects what would be lost.
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

    /// The slot holds a number now.
    void fillSlot(int position) {
        state.slots |= 1 << position;
        state.freshSlots |= 1 << position;
    }

    private void mixIntoSink(Reg reg) {
        state.observed(reg);
        switch (sink) {
            case Sink.Register(var into, var mixing) -> emit(new Insn.Alu(Width.W64, mixing, into, reg));
            case Sink.Slot(int position) -> emit(new Insn.Atomic(AtomicOp.ADD, Size.DW, Reg.R10,
                    frame.slot(position).off(), reg));
            case Sink.Cell(int off, var address) -> addToCell(reg, off, address);
        }
    }

    /// Adds the register to a cell of the accumulator map: whatever it held before, another number makes another sum.
    void addToCell(Reg reg, int off, Reg address) {
        emit(new Insn.LoadMapValue(address, world.accumulator(), off));
        emit(new Insn.Atomic(AtomicOp.ADD, Size.DW, address, 0, reg));
        state.forget(address.bit());
    }

    int cell() {
        return 8 * choices.below(CaseSetup.CELLS);
    }

    /// Continues in the state in which another path arrives at the next instruction; what only one of them knows is observed there first.
    void join(RegisterState other) {
        keepAll(state.fresh & ~other.scalars);
        for (int rest = other.fresh & ~state.scalars; rest != 0; rest &= rest - 1) {
            var reg = Reg.of(Integer.numberOfTrailingZeros(rest));
            emit(new Insn.Mov(width(), reg, immediate()));
            state.setScalar(reg);
        }
        state.join(other);
    }

    /// What a place reached again and again, or from elsewhere, may rely on: nothing in scratch registers, numbers in the saved ones.
    RegisterState settle() {
        keepAll(RegisterState.SCRATCH & ~reserved);
        state.forget(RegisterState.SCRATCH & ~reserved);
        state.forget(RegisterState.SAVED & ~state.scalars & ~reserved);
        return state.copy();
    }

    /// Goes back to a settled state: registers that held numbers there hold some again, the others nothing.
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
