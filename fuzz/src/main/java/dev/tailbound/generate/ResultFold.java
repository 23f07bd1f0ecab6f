package dev.tailbound.generate;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// Makes all values of a function observable: one number in a register, usually R0, that changes with each value.
///
/// `r0 = (((a * K) + b) * K) + c`: with odd K each step is invertible, so no wrong value is masked, and swapped values are detected.
final class ResultFold {
    private static final int[] ODD = { 31, 33, -5, 0x01000193, 0x7feb352d, -0x7a143589 };
    private static final AluOp[] STEPS = { AluOp.ADD, AluOp.XOR, AluOp.SUB };

    private final FunctionBuilder f;
    private final Imm factor;
    private final AluOp step;
    private final Reg sum;
    private boolean started;

    private ResultFold(FunctionBuilder f, Reg sum) {
        this.f = f;
        this.sum = sum;
        factor = new Imm(f.choices.pick(ODD));
        step = f.choices.pick(STEPS);
    }

    /// Folds all unobserved values, all callee-saved registers and all slots into R0, without changing registers in `kept`.
    ///
    /// Slots are loaded into `through`.
    static void intoR0(FunctionBuilder f, int kept, Reg through) {
        into(f, Reg.R0, kept, through);
    }

    private static void into(FunctionBuilder f, Reg sum, int kept, Reg through) {
        var fold = new ResultFold(f, sum);
        int live = (f.state.fresh | (f.state.scalars & RegisterState.SAVED)) & ~kept;
        if ((live & sum.bit()) != 0) {
            fold.started = true;
        }
        for (int rest = live & ~sum.bit(); rest != 0; rest &= rest - 1) {
            fold.add(Reg.of(Integer.numberOfTrailingZeros(rest)));
        }
        for (int rest = f.state.slots; rest != 0; rest &= rest - 1) {
            var slot = f.frame.slot(Integer.numberOfTrailingZeros(rest));
            f.emit(new Insn.Load(slot.size(), false, through, Reg.R10, slot.off()));
            fold.add(through);
        }
        if (!fold.started) {
            f.emit(new Insn.Mov(Width.W64, sum, f.immediate()));
        }
        f.state.forget(RegisterState.SCRATCH & ~kept);
        f.state.setScalar(sum);
    }

    private void add(Reg value) {
        f.state.observed(value);
        if (!started) {
            f.emit(new Insn.Mov(Width.W64, sum, value));
            started = true;
            return;
        }
        f.emit(new Insn.Alu(Width.W64, AluOp.MUL, sum, factor));
        f.emit(new Insn.Alu(Width.W64, step, sum, value));
    }

    /// Ends the function: its values are folded into R0, the result of the call or the run; without a result, into a cell.
    static void exit(FunctionBuilder f) {
        if (!f.plan.returns()) {
            into(f, Reg.R2, 0, Reg.R1);
            f.addToCell(Reg.R2, f.cell(), Reg.R1);
            f.emit(new Insn.Exit());
            return;
        }
        intoR0(f, 0, Reg.R1);
        if (f.plan.isMain()) {
            switch (f.world.purpose().result()) {
                case SEEN -> show(f);
                case ZERO -> {
                    f.addToCell(Reg.R0, f.cell(), Reg.R1);
                    f.emit(new Insn.Mov(f.width(), Reg.R0, new Imm(0)));
                }
                case STANDS_IN -> {
                    f.addToCell(Reg.R0, f.cell(), Reg.R1);
                    standIn(f);
                }
            }
        }
        if (f.options.opaqueResults() && !f.plan.isMain() && !f.plan.jumps().isEmpty()) {
            var data = f.world.data().getFirst();
            f.emit(new Insn.LoadMapValue(Reg.R1, data.map(), 0));
            f.emit(new Insn.Load(Size.DW, false, Reg.R1, Reg.R1, data.word(f.choices)));
            f.emit(new Insn.Alu(Width.W64, AluOp.ADD, Reg.R0, Reg.R1));
        }
        f.emit(new Insn.Exit());
    }

    /// User space sees 32 bits of a run's result.
    private static void show(FunctionBuilder f) {
        if (f.choices.oneIn(2)) {
            f.emit(new Insn.Mov(Width.W64, Reg.R1, Reg.R0));
            f.emit(new Insn.Alu(Width.W64, AluOp.RSH, Reg.R1, new Imm(32)));
            f.emit(new Insn.Alu(Width.W64, AluOp.XOR, Reg.R0, Reg.R1));
        } else {
            f.addToCell(Reg.R0, f.cell(), Reg.R1);
        }
    }

    /// Makes the function run in most cases.
    private static void standIn(FunctionBuilder f) {
        switch (f.choices.weighted(50, 20, 15, 15)) {
            case 0 -> f.emit(new Insn.Mov(f.width(), Reg.R0, new Imm(0)));
            case 1 -> f.emit(new Insn.Alu(Width.W64, AluOp.RSH, Reg.R0, new Imm(63)));
            case 2 -> f.emit(new Insn.Alu(Width.W64, AluOp.AND, Reg.R0, new Imm(-2)));
            default -> f.emit(new Insn.Alu(Width.W64, AluOp.LSH, Reg.R0, new Imm(32)));
        }
    }
}
