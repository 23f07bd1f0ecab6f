package dev.tailbound.generate;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// Rows that call kernel functions.
final class KfuncRows {
    private KfuncRows() {}

    static boolean mayCall(FunctionBuilder f) {
        return f.options.kfuncs() && CallRows.mayCall(f);
    }

    static void call(FunctionBuilder f) {
        var kfunc = f.choices.pick(f.world.kfuncs());
        switch (kfunc) {
            case INC10, INC100 -> {
                f.keepAll(RegisterState.SCRATCH);
                memory(f);
            }
            case WEIGH, ORIGIN, NOTE -> {
                f.keepAll(RegisterState.SCRATCH & ~arguments(kfunc));
                for (int i = 0; i < kfunc.parameters().size(); i++) {
                    CallRows.number(f, FunctionPlan.argument(i));
                }
            }
            case CAST -> {
                if (!f.contextSurvives()) {
                    return;
                }
                f.keepAll(RegisterState.SCRATCH);
                f.context(Reg.R1);
            }
            case RDONLY -> {
                f.keepAll(RegisterState.SCRATCH);
                value(f);
                f.emit(new Insn.Mov(Width.W64, Reg.R2, f.immediate()));
            }
        }
        f.emit(new Insn.CallKfunc(kfunc, kfunc.isInModules() ? f.choices.pick(f.world.modules()) : 0));
        f.state.called();
        switch (kfunc) {
            case CAST -> f.state.setPointer(Reg.R0, PointerBounds.CONTEXT);
            case RDONLY -> read(f);
            case INC10, INC100, WEIGH, ORIGIN -> f.state.setScalar(Reg.R0);
            case NOTE -> {
                // R0 is undefined.
            }
        }
    }

    private static int arguments(Kfunc kfunc) {
        int registers = 0;
        for (int i = 0; i < kfunc.parameters().size(); i++) {
            registers |= FunctionPlan.argument(i).bit();
        }
        return registers;
    }

    /// R1 points to eight bytes: a slot of the frame, or a value of a map.
    private static void memory(FunctionBuilder f) {
        int slots = CallRows.fullSlots(f);
        if (slots != 0 && f.choices.oneIn(2)) {
            CallRows.pointTo(f, Reg.R1, f.frame.slot(f.choices.bitOf(slots)).off());
            return;
        }
        value(f);
    }

    /// Reads the target of R0, which is read-only.
    static void read(FunctionBuilder f) {
        f.emit(new Insn.Load(f.choices.pick(Size.values()), false, Reg.R0, Reg.R0, 0));
        f.state.setScalar(Reg.R0);
    }

    /// R1 points into a value of a map, at eight bytes.
    static void value(FunctionBuilder f) {
        var data = f.world.data().getFirst();
        int off = f.choices.below(data.valueSize() - Size.DW.bytes() + 1);
        f.emit(new Insn.LoadMapValue(Reg.R1, data.map(), off));
        f.state.setPointer(Reg.R1, PointerBounds.value(data.map(), data.valueSize(), off));
    }
}
