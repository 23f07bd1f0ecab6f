package dev.tailbound.generate;

import dev.tailbound.generate.CaseSetup.JumpTable;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// The tail call: context, program array and index in R1..R3, after all values of the frame have been made observable.
///
/// When the countdown of the case is 0, the tail call is skipped or tried with an index out of range. This limits the number of tail calls as the
/// case plans it, for any cycle of programs.
final class TailCallRows {
    private static final int INDEX_REGISTERS = Reg.R1.bit() | Reg.R3.bit();

    private TailCallRows() {}

    static boolean mayTailCall(FunctionBuilder f) {
        return f.mayCall && f.hasContext() && !f.plan.jumps().isEmpty() && f.affords(40);
    }

    static void tailCall(FunctionBuilder f) {
        f.keepAll(RegisterState.SCRATCH);
        var table = f.choices.pick(f.plan.jumps());
        int end = f.code.label();
        int reserved = f.reserved;
        if (!f.contextSurvives() || f.choices.oneIn(2)) {
            f.reserved |= f.context(Reg.R1).bit();
        }
        boolean countIndex = f.world.counted() && f.choices.oneIn(3) && f.options.target().atomics();
        if (f.world.counted() && !countIndex) {
            countOrSkip(f, end);
        }
        index(f, table);
        if (countIndex) {
            countOrSpoilIndex(f);
        }
        f.context(Reg.R1);
        ResultFold.intoR0(f, INDEX_REGISTERS, Reg.R2);
        f.addToCell(Reg.R0, f.cell(), f.choices.oneIn(2) ? Reg.R2 : Reg.R5);
        f.emit(new Insn.LoadMap(Reg.R2, table.map()));
        f.emit(new Insn.CallHelper(Helper.TAIL_CALL));
        f.state.called();
        f.reserved = reserved;
        f.contextUsed();
        f.code.bind(end);
    }

    private static Reg pace(FunctionBuilder f, int off, int excluded) {
        var address = f.target(excluded | RegisterState.SAVED);
        f.emit(new Insn.LoadMapValue(address, f.world.pace(), off));
        f.state.forget(address.bit());
        return address;
    }

    /// `if the countdown is 0 goto end; countdown -= 1`
    private static void countOrSkip(FunctionBuilder f, int end) {
        var address = pace(f, CaseSetup.COUNTDOWN, 0);
        var left = f.target(address.bit() | RegisterState.SAVED);
        f.emit(new Insn.Load(Size.W, false, left, address, 0));
        // The other way of counting goes below zero.
        boolean atMost = f.choices.oneIn(2);
        f.emit(new Insn.JumpIf(Width.W32, atMost ? Cond.SLE : Cond.SLT, left, new Imm(atMost ? 0 : 1), end));
        f.emit(new Insn.Alu(f.width(), AluOp.ADD, left, new Imm(-1)));
        f.emit(new Insn.Store(Size.W, address, 0, left));
        f.state.forget(left.bit());
    }

    /// Mixes the countdown's sign, extended to 32 bits, into the index.
    private static void countOrSpoilIndex(FunctionBuilder f) {
        var address = pace(f, CaseSetup.COUNTDOWN, INDEX_REGISTERS);
        var left = f.target(address.bit() | INDEX_REGISTERS | RegisterState.SAVED);
        f.emit(new Insn.Mov(Width.W64, left, new Imm(-1)));
        f.emit(new Insn.Atomic(AtomicOp.FETCH_ADD, Size.W, address, 0, left));
        f.emit(new Insn.Alu(Width.W32, AluOp.SUB, left, new Imm(1)));
        f.emit(new Insn.Alu(Width.W32, AluOp.ARSH, left, new Imm(31)));
        f.emit(new Insn.Alu(f.width(), AluOp.OR, Reg.R3, left));
        f.state.forget(left.bit());
    }

    // The index

    private static void index(FunctionBuilder f, JumpTable table) {
        switch (f.choices.weighted(40, 12, 16, 16, 16)) {
            case 0 -> constant(f, table.filled().isEmpty() ? 0 : f.choices.pick(table.filled()));
            case 1 -> constant(f, anywhere(f, table));
            case 2 -> planned(f);
            case 3 -> nextPlanned(f);
            default -> computed(f, table);
        }
        f.state.setScalar(Reg.R3);
        f.state.observed(Reg.R3);
    }

    /// An index in range or not; the upper half of the register is ignored.
    private static void constant(FunctionBuilder f, int index) {
        switch (f.choices.below(4)) {
            case 0 -> f.emit(new Insn.Mov(Width.W32, Reg.R3, new Imm(index)));
            case 1 -> f.emit(new Insn.LoadImm64(Reg.R3, CornerValues.wide(f.choices) << 32 | (index & 0xffff_ffffL)));
            default -> f.emit(new Insn.Mov(Width.W64, Reg.R3, new Imm(index)));
        }
    }

    /// Probably not a filled slot: an empty one, one just past the array, or any index.
    private static int anywhere(FunctionBuilder f, JumpTable table) {
        return switch (f.choices.below(8)) {
            case 0, 1 -> table.entries();
            case 2 -> -1;
            case 3 -> CornerValues.immediate(f.choices);
            default -> table.empty() >= 0 ? table.empty() : f.choices.below(table.entries());
        };
    }

    /// A planned index from memory, as 64 bits of which 32 are used.
    private static void planned(FunctionBuilder f) {
        f.emit(new Insn.LoadMapValue(Reg.R3, f.world.pace(), CaseSetup.PLAN));
        f.emit(new Insn.Load(f.choices.oneIn(4) ? Size.W : Size.DW, false, Reg.R3, Reg.R3,
                8 * f.choices.below(CaseSetup.PLANNED)));
    }

    /// The next planned index; each use, at any site, advances to the following one.
    private static void nextPlanned(FunctionBuilder f) {
        if (!f.options.target().atomics()) {
            planned(f);
            return;
        }
        var address = pace(f, CaseSetup.NEXT_PLANNED, INDEX_REGISTERS);
        f.emit(new Insn.Mov(Width.W64, Reg.R3, new Imm(1)));
        f.emit(new Insn.Atomic(AtomicOp.FETCH_ADD, Size.DW, address, 0, Reg.R3));
        f.emit(new Insn.Alu(f.width(), AluOp.AND, Reg.R3, new Imm(CaseSetup.PLANNED - 1)));
        f.emit(new Insn.Alu(Width.W64, AluOp.LSH, Reg.R3, new Imm(3)));
        f.emit(new Insn.Alu(Width.W64, AluOp.ADD, address, Reg.R3));
        f.emit(new Insn.Load(Size.DW, false, Reg.R3, address, CaseSetup.PLAN - CaseSetup.NEXT_PLANNED));
    }

    /// A number whose lower half is reduced to about the array's size.
    private static void computed(FunctionBuilder f, JumpTable table) {
        int mask = Math.max(1, 2 * Integer.highestOneBit(table.entries()) - 1);
        if (f.state.scalars == 0) {
            f.loadData(Reg.R3);
        } else {
            f.emit(new Insn.Mov(Width.W64, Reg.R3, f.scalar()));
        }
        if (f.choices.oneIn(2)) {
            f.emit(new Insn.Alu(f.width(), AluOp.AND, Reg.R3, new Imm(mask)));
        } else {
            f.emit(new Insn.LoadImm64(Reg.R2, CornerValues.wide(f.choices) << 32 | mask));
            f.emit(new Insn.Alu(Width.W64, AluOp.AND, Reg.R3, Reg.R2));
            f.state.forget(Reg.R2.bit());
        }
    }
}
