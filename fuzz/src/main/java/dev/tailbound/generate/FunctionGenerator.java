package dev.tailbound.generate;

import dev.tailbound.generate.FunctionPlan.Function;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.List;

/// Generates one function: an entry that fills registers and slots; a body of rows of the menu; an exit that folds all values.
final class FunctionGenerator {
    private static final Size[] SIZES = Size.values();

    private final FunctionBuilder f;

    private FunctionGenerator(FunctionBuilder f) {
        this.f = f;
    }

    /// It may call those of the finished functions that have a greater level.
    static Function generate(Choices choices, Menu menu, CaseSetup world, FunctionPlan plan, List<Function> finished) {
        var callees = finished.stream().filter(callee -> callee.plan().level() > plan.level()).toList();
        var f = new FunctionBuilder(choices, menu, world, plan, callees);
        enter(f);
        if (plan.isMain() && world.purpose().isTracing()) {
            MemoryRows.loadWords(f);
        }
        f.body(plan.items());
        f.finish();
        ResultFold.exit(f);
        return new Function(plan, f.code, f.cost());
    }

    /// The start of a function: it saves its arguments, and fills registers and slots.
    static void enter(FunctionBuilder f) {
        new FunctionGenerator(f).enter();
    }

    private void enter() {
        for (int i = 0; i < f.plan.parameters().size(); i++) {
            var argument = FunctionPlan.argument(i);
            if (f.plan.isMain() && f.plan.parameters().get(i).isAddress()) {
                continue; // an extension does not know the target of this pointer
            }
            switch (f.plan.parameters().get(i)) {
                case CONTEXT -> f.state.setPointer(argument, PointerBounds.CONTEXT);
                case SCALAR -> f.state.setScalar(argument);
                case VALUE -> {
                    var data = f.world.data().getFirst();
                    f.state.setPointer(argument, PointerBounds.value(data.map(), data.valueSize(), 0));
                }
                case BYTES -> f.state.setPointer(argument, PointerBounds.BYTES);
            }
        }
        if (f.plan.keepsContext()) {
            keepContext();
        }
        placeSlots();
        openSink();
        fillRegisters();
        fillSlots();
    }

    /// Moves the context to a place that survives calls; without one it stays in R1 until the tail call.
    private void keepContext() {
        int slot = f.plan.saved() != 0 && f.choices.below(4) > 0 ? -1 : f.frame.place(f.choices, Size.DW);
        if (slot >= 0) {
            f.emit(new Insn.Store(Size.DW, Reg.R10, f.frame.slot(slot).off(), f.context()));
            f.reservedSlots |= 1 << slot;
            f.contextInto(slot);
        } else {
            var home = f.plan.saved() != 0 ? Reg.of(f.choices.bitOf(f.plan.saved())) : Reg.R1;
            f.volatileContext = home == Reg.R1;
            f.context(home);
            f.reserved |= home.bit();
        }
    }

    private void placeSlots() {
        f.frame.placeDeepest(f.choices);
        for (int i = f.plan.depth() == 0 ? 0 : f.choices.weighted(50, 30, 15, 5); i > 0; i--) {
            f.frame.place(f.choices, f.choices.oneIn(2) ? Size.DW : f.choices.pick(SIZES));
        }
    }

    private void openSink() {
        int saved = f.plan.saved() & ~f.reserved;
        // A cell's address needs R4 or R5.
        boolean hasAddress = f.plan.parameters().size() <= ProgramGenerator.FEW_PARAMETERS;
        if (saved != 0 && (!hasAddress || f.choices.below(4) > 0)) {
            var sink = Reg.of(f.choices.bitOf(saved));
            int numbers = f.state.scalars;
            if (numbers != 0 && f.choices.oneIn(2)) {
                f.emit(new Insn.Mov(Width.W64, sink, Reg.of(f.choices.bitOf(numbers))));
            } else {
                f.emit(new Insn.Mov(f.width(), sink, f.immediate()));
            }
            f.state.setScalar(sink);
            f.state.observed(sink);
            f.reserved |= sink.bit();
            f.sinkInto(sink);
            return;
        }
        int slot = f.choices.below(4) > 0 ? f.frame.place(f.choices, Size.DW) : -1;
        if (slot >= 0) {
            f.emit(new Insn.Store(Size.DW, Reg.R10, f.frame.slot(slot).off(), f.immediate()));
            f.fillSlot(slot);
            f.reservedSlots |= 1 << slot;
            f.sinkInto(slot);
        } else {
            f.sinkIntoCell();
        }
    }

    /// Fills most of the callee-saved registers that it may use with numbers, and one of the other registers.
    private void fillRegisters() {
        int filled = 0;
        for (int rest = f.plan.saved() & ~f.reserved; rest != 0; rest &= rest - 1) {
            filled |= f.choices.below(4) > 0 ? Integer.lowestOneBit(rest) : 0;
        }
        if (filled != 0 || f.plan.items() > 0) {
            f.loadData(filled, f.target(RegisterState.SAVED));
        }
    }

    private void fillSlots() {
        for (int i = 0; i < f.frame.count(); i++) {
            if ((f.reservedSlots & 1 << i) == 0 && f.choices.below(4) > 0) {
                var slot = f.frame.slot(i);
                Operand value = f.state.scalars != 0 && f.choices.below(4) > 0
                        ? Reg.of(f.choices.bitOf(f.state.scalars))
                        : new Imm(CornerValues.immediate(f.choices));
                f.emit(new Insn.Store(slot.size(), Reg.R10, slot.off(), value));
                f.fillSlot(i);
            }
        }
    }
}
