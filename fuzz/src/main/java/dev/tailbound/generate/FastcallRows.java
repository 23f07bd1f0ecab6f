package dev.tailbound.generate;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Rows with spills and fills around calls of `bpf_fastcall` functions, as compilers emit them, and with similar code that is not a pattern.
final class FastcallRows {
    private static final int MAX_PAIRS = 3;
    /// One of the registers that `bpf_rdonly_cast` preserves may be in use.
    private static final int MAX_PAIRS_OF_CASTS = 2;
    private static final int FRAME_UNIT = 32;

    private FastcallRows() {}

    /// The flaw of a pattern, if any.
    private enum Miss {
        NONE, FILLED_CROSSWISE, READ_AGAIN, ESCAPED, OTHER_CALL, CALL_BETWEEN, ENTERED
    }

    static boolean maySpill(FunctionBuilder f) {
        return CallRows.mayCall(f) && f.options.helpers().contains(Helper.GET_SMP_PROCESSOR_ID)
                && f.options.helpers().contains(Helper.KTIME_GET_NS) && room(f) > 0;
    }

    /// Slots below all others that fit in the frame without increasing its counted size.
    private static int room(FunctionBuilder f) {
        return Math.min(MAX_PAIRS, (FRAME_UNIT - 1 - (f.plan.depth() + FRAME_UNIT - 1) % FRAME_UNIT) / Size.DW.bytes());
    }

    static void pattern(FunctionBuilder f) {
        boolean casts = f.options.kfuncs() && f.choices.oneIn(4);
        var offsets = offsets(f, casts ? MAX_PAIRS_OF_CASTS : MAX_PAIRS);
        f.keepAll(RegisterState.SCRATCH);
        var registers = registers(f, casts ? Kfunc.RDONLY.parameters().size() : 0, offsets.size());
        if (casts) {
            KfuncRows.value(f);
            f.emit(new Insn.Mov(Width.W64, Reg.R2, f.immediate()));
        }
        var miss = f.choices.oneIn(3) ? f.choices.pick(Miss.values()) : Miss.NONE;
        spill(f, registers, offsets);
        if (miss == Miss.CALL_BETWEEN) {
            f.emit(new Insn.CallHelper(Helper.KTIME_GET_NS));
        }
        boolean cast = casts && miss != Miss.OTHER_CALL && miss != Miss.CALL_BETWEEN;
        f.emit(cast ? new Insn.CallKfunc(Kfunc.RDONLY, 0)
                : new Insn.CallHelper(miss == Miss.OTHER_CALL ? Helper.KTIME_GET_NS
                        : Helper.GET_SMP_PROCESSOR_ID));
        f.state.called();
        fill(f, registers, miss == Miss.FILLED_CROSSWISE ? offsets.reversed() : offsets);
        if (cast) {
            KfuncRows.read(f);
        } else {
            f.state.setScalar(Reg.R0);
        }
        switch (miss) {
            case READ_AGAIN -> {
                var reg = f.target();
                f.emit(new Insn.Load(Size.DW, false, reg, Reg.R10, offsets.getFirst()));
                f.state.setScalar(reg);
            }
            case ESCAPED -> escape(f, offsets.getFirst());
            case ENTERED -> enter(f, registers.getFirst(), offsets.getFirst());
            case NONE, FILLED_CROSSWISE, OTHER_CALL, CALL_BETWEEN -> {
                // No instruction in addition to the call.
            }
        }
    }

    /// Slots from the lowest one on.
    private static List<Integer> offsets(FunctionBuilder f, int most) {
        int top = (f.plan.depth() + Size.DW.bytes() - 1) / Size.DW.bytes() * Size.DW.bytes();
        int lowest = -top - Size.DW.bytes() * room(f);
        int count = 1 + f.choices.below(Math.min(most, room(f)));
        return IntStream.range(0, count).mapToObj(i -> lowest + Size.DW.bytes() * i).toList();
    }

    /// Unused argument registers, without the first ones.
    private static List<Reg> registers(FunctionBuilder f, int first, int count) {
        var registers = new ArrayList<Reg>();
        for (int i = first; registers.size() < count; i++) {
            var reg = FunctionPlan.argument(i);
            if ((f.reserved & reg.bit()) == 0) {
                CallRows.number(f, reg);
                registers.add(reg);
            }
        }
        return registers;
    }

    /// The spills, with the lowest slot last, next to the call.
    private static void spill(FunctionBuilder f, List<Reg> registers, List<Integer> offsets) {
        for (int i = offsets.size() - 1; i >= 0; i--) {
            f.emit(new Insn.Store(Size.DW, Reg.R10, offsets.get(i), registers.get(i)));
        }
    }

    private static void fill(FunctionBuilder f, List<Reg> registers, List<Integer> offsets) {
        for (int i = 0; i < offsets.size(); i++) {
            f.emit(new Insn.Load(Size.DW, false, registers.get(i), Reg.R10, offsets.get(i)));
            f.state.setScalar(registers.get(i));
        }
    }

    /// Lets a kernel function change the slot.
    private static void escape(FunctionBuilder f, int off) {
        if (f.options.kfuncs()) {
            f.keepAll(RegisterState.SCRATCH);
            CallRows.pointTo(f, Reg.R1, off);
            f.emit(new Insn.CallKfunc(Kfunc.INC10, 0));
            f.state.called();
            f.state.setScalar(Reg.R0);
        }
    }

    /// A second pattern with a jump around its spill, so that the fill may load the value that the first one spilled.
    private static void enter(FunctionBuilder f, Reg reg, int off) {
        f.keepAll(RegisterState.SCRATCH & ~reg.bit());
        f.emit(new Insn.Alu(Width.W64, AluOp.ADD, reg, new Imm(1)));
        int call = f.code.label();
        f.emit(new Insn.JumpIf(Width.W64, Cond.SET, reg, new Imm(1), call));
        f.emit(new Insn.Store(Size.DW, Reg.R10, off, reg));
        f.code.bind(call);
        f.emit(new Insn.CallHelper(Helper.GET_SMP_PROCESSOR_ID));
        f.state.called();
        f.state.setScalar(Reg.R0);
        f.emit(new Insn.Load(Size.DW, false, reg, Reg.R10, off));
        f.state.setScalar(reg);
    }
}
