package dev.tailbound.generate;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.List;

/// Rows that call subprograms, and helpers on numbers.
final class CallRows {
    private static final List<Helper> SOURCES = List.of(Helper.KTIME_GET_NS, Helper.GET_PRANDOM_U32, Helper.GET_SMP_PROCESSOR_ID);

    private CallRows() {}

    /// Whether no scratch register contains a value that must survive.
    static boolean mayCall(FunctionBuilder f) {
        return f.mayCall && !f.volatileContext;
    }

    static boolean mayCallSubprogram(FunctionBuilder f) {
        return mayCall(f) && f.callees.stream().anyMatch(callee -> isCallable(f, callee));
    }

    private static boolean isCallable(FunctionBuilder f, FunctionPlan.Function callee) {
        var plan = callee.plan();
        // Arguments are set from R1 on, and overwrite a context in one of them.
        return f.affords(callee.cost() + 20) && (!plan.takesContext() || f.contextSurvives()
                || (f.hasContext() && plan.parameters().getFirst() == FunctionPlan.Parameter.CONTEXT));
    }

    /// Whether a planned call fits here, for example in the body of a loop; tail calls are small enough to fit everywhere.
    static boolean affordsPlanned(FunctionBuilder f, int number) {
        return number == FunctionPlan.TAIL_CALL || f.affords(callee(f, number).cost());
    }

    /// A planned call. The plan ensures that it is possible, unless an earlier tail call used up the context.
    static void planned(FunctionBuilder f, int number) {
        if (number != FunctionPlan.TAIL_CALL) {
            // At least one call is needed: a function without calls would be unreachable code.
            if (!f.code.calls(number) || affordsPlanned(f, number)) {
                call(f, callee(f, number));
            }
        } else if (f.hasContext()) {
            TailCallRows.tailCall(f);
        }
    }

    private static FunctionPlan.Function callee(FunctionBuilder f, int number) {
        return f.callees.stream().filter(callee -> callee.plan().number() == number).findFirst().orElseThrow();
    }

    static void callSubprogram(FunctionBuilder f) {
        var callable = f.callees.stream().filter(callee -> isCallable(f, callee)).toList();
        call(f, f.choices.pick(callable));
    }

    private static void call(FunctionBuilder f, FunctionPlan.Function callee) {
        var parameters = callee.plan().parameters();
        f.keepAll(RegisterState.SCRATCH);
        for (int i = 0; i < parameters.size(); i++) {
            var argument = FunctionPlan.argument(i);
            switch (parameters.get(i)) {
                case CONTEXT -> f.context(argument);
                case SCALAR -> number(f, argument);
                case VALUE -> pointToValue(f, argument);
                case BYTES -> pointToBytes(f, argument);
            }
        }
        f.emit(new Insn.Call(callee.plan().number()));
        f.charge(callee.cost());
        f.state.called();
        if (callee.plan().returns()) {
            f.state.setScalar(Reg.R0);
        }
    }

    /// A slot of this frame, or the slot of another that the function was given itself.
    private static void pointToBytes(FunctionBuilder f, Reg argument) {
        int given = f.state.pointersOf(PointerBounds.Kind.STACK);
        if (given != 0 && f.choices.oneIn(2)) {
            f.emit(new Insn.Mov(Width.W64, argument, Reg.of(f.choices.bitOf(given))));
            f.state.setPointer(argument, PointerBounds.BYTES);
            return;
        }
        int slots = fullSlots(f) != 0 ? fullSlots(f) : fillFullSlot(f);
        if (slots != 0) {
            pointTo(f, argument, f.frame.slot(f.choices.bitOf(slots)).off());
        } else {
            pointToValue(f, argument);
        }
    }

    /// Slots whose eight bytes a callee may read and write.
    static int fullSlots(FunctionBuilder f) {
        return f.state.slots & f.frame.atLeast(Size.DW) & ~f.reservedSlots;
    }

    /// Fills an unfilled slot, if there is one.
    private static int fillFullSlot(FunctionBuilder f) {
        int empty = f.frame.atLeast(Size.DW) & ~f.reservedSlots & ~f.state.slots;
        if (empty == 0) {
            return 0;
        }
        int position = f.choices.bitOf(empty);
        f.emit(new Insn.Store(Size.DW, Reg.R10, f.frame.slot(position).off(), f.immediate()));
        f.fillSlot(position);
        return 1 << position;
    }

    /// Ensures that the argument register contains a number.
    static void number(FunctionBuilder f, Reg argument) {
        if (!f.state.isScalar(argument) || (!f.state.isFresh(argument) && f.choices.oneIn(4))) {
            int others = f.state.scalars & ~argument.bit();
            if (others != 0 && f.choices.below(3) > 0) {
                f.emit(new Insn.Mov(Width.W64, argument, Reg.of(f.choices.bitOf(others))));
            } else {
                f.emit(new Insn.Mov(f.width(), argument, f.immediate()));
            }
            f.state.setScalar(argument);
        }
        f.state.observed(argument);
    }

    private static void pointToValue(FunctionBuilder f, Reg argument) {
        var data = f.world.data().getFirst();
        f.emit(new Insn.LoadMapValue(argument, data.map(), 0));
        f.state.setPointer(argument, PointerBounds.value(data.map(), data.valueSize(), 0));
    }

    /// Makes the argument register point to a slot.
    static void pointTo(FunctionBuilder f, Reg argument, int off) {
        f.emit(new Insn.Mov(Width.W64, argument, Reg.R10));
        f.emit(new Insn.Alu(Width.W64, AluOp.ADD, argument, new Imm(off)));
        f.state.setPointer(argument, PointerBounds.BYTES);
    }

    static boolean hasSources(FunctionBuilder f) {
        return mayCall(f) && f.options.helpers().stream().anyMatch(SOURCES::contains);
    }

    /// Calls a helper without arguments that returns a number. An address that it returns is overwritten, since it cannot be compared.
    static void source(FunctionBuilder f) {
        var helper = f.choices.oneIn(8) ? Helper.GET_CURRENT_TASK : f.choices.pick(SOURCES);
        if (f.options.helpers().contains(helper)) {
            f.keepAll(RegisterState.SCRATCH);
            f.emit(new Insn.CallHelper(helper));
            f.state.called();
            if (helper == Helper.GET_CURRENT_TASK) {
                f.emit(new Insn.Mov(Width.W64, Reg.R0, f.immediate()));
            }
            f.state.setScalar(Reg.R0);
        }
    }

    static boolean mayTrace(FunctionBuilder f) {
        return mayCall(f) && f.options.helpers().contains(Helper.TRACE);
    }

    /// Calls a helper that records five numbers: existing values of the argument registers, and others.
    static void trace(FunctionBuilder f) {
        f.keep(Reg.R0);
        for (int i = 0; i < 5; i++) {
            number(f, FunctionPlan.argument(i));
        }
        f.emit(new Insn.CallHelper(Helper.TRACE));
        f.state.called();
        f.state.setScalar(Reg.R0);
    }
}
