package dev.tailbound.generate;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import java.util.Arrays;

/// Rows that compute with registers.
final class AluRows {
    private static final AluOp[] OPS_V3 = Arrays.stream(AluOp.values()).filter(op -> op.off() == 0).toArray(AluOp[]::new);
    private static final AluOp[] OPS = AluOp.values();
    private static final AluOp[] DIVISIONS_V3 = { AluOp.DIV, AluOp.MOD };
    private static final AluOp[] DIVISIONS = { AluOp.DIV, AluOp.MOD, AluOp.SDIV, AluOp.SMOD };
    private static final SwapOp[] SWAPS_V3 = { SwapOp.LE, SwapOp.BE };
    private static final SwapOp[] SWAPS = SwapOp.values();
    private static final int[] SWAP_BITS = { 16, 32, 64 };

    private static final Size[] NARROW = { Size.B, Size.H, Size.W };

    private AluRows() {}

    static void withImmediate(FunctionBuilder f) {
        var op = op(f);
        var width = f.width();
        int imm = op.isShift() ? CornerValues.shift(f.choices, width) : CornerValues.immediate(f.choices);
        binary(f, width, op, f.operand(), new Imm(op.isDivision() && imm == 0 ? 1 : imm));
    }

    static void withRegister(FunctionBuilder f) {
        var dst = f.operand();
        var width = f.width();
        var op = op(f);
        var src = f.scalar();
        boolean isMasked = op.isShift() && f.options.target().maskedShifts().contains(width);
        binary(f, width, op, dst, isMasked ? masked(f, width, src, dst) : src);
    }

    /// A copy of a shift count, below the width.
    private static Reg masked(FunctionBuilder f, Width width, Reg src, Reg dst) {
        var count = f.target(src.bit() | dst.bit());
        f.emit(new Insn.Mov(Width.W64, count, src));
        f.emit(new Insn.Alu(Width.W64, AluOp.AND, count, new Imm(width.bits() - 1)));
        f.state.setScalar(count);
        return count;
    }

    /// A division that exposes wrong guards: the smallest number by -1, by 0, and 32 bits by a number that is 0 or -1 in its lower half only.
    static void divideAtCorner(FunctionBuilder f) {
        var width = f.width();
        var dst = f.target();
        long smallest = width == Width.W64 ? Long.MIN_VALUE : CornerValues.wide(f.choices) << 32 | 1L << 31;
        f.emit(new Insn.LoadImm64(dst, f.choices.oneIn(2) ? smallest : CornerValues.wide(f.choices)));
        f.state.setScalar(dst);
        var src = f.target(dst.bit());
        long upper = f.choices.between(-1, 1);
        f.emit(new Insn.LoadImm64(src, (upper << 32) | (f.choices.between(-1, 1) & 0xffff_ffffL)));
        f.state.setScalar(src);
        binary(f, width, f.choices.pick(f.options.v4() ? DIVISIONS : DIVISIONS_V3), dst, src);
    }

    private static AluOp op(FunctionBuilder f) {
        return f.choices.pick(f.options.v4() ? OPS : OPS_V3);
    }

    private static void binary(FunctionBuilder f, Width wanted, AluOp op, Reg dst, Operand src) {
        var width = op.isDivision() && !f.options.target().division64() ? Width.W32 : wanted;
        boolean reversible = width == Width.W64 && (op == AluOp.ADD || op == AluOp.SUB || op == AluOp.XOR) && dst != src;
        if (!reversible) {
            f.keep(dst);
        } else if (src instanceof Reg reg) {
            f.state.observed(reg);
        }
        f.emit(new Insn.Alu(width, op, dst, src));
        f.state.setScalar(dst);
    }

    static void negate(FunctionBuilder f) {
        var dst = f.operand();
        f.keep(dst);
        f.emit(new Insn.Neg(f.width(), dst));
        f.state.setScalar(dst);
    }

    static void swapBytes(FunctionBuilder f) {
        var dst = f.operand();
        f.keep(dst);
        var op = f.choices.pick(f.options.v4() ? SWAPS : SWAPS_V3);
        f.emit(new Insn.Swap(op, f.choices.pick(SWAP_BITS), dst));
        f.state.setScalar(dst);
    }

    static void move(FunctionBuilder f) {
        var src = f.scalar();
        var dst = f.choices.oneIn(4) ? f.operand() : f.target();
        f.keep(dst);
        f.emit(new Insn.Mov(f.width(), dst, src));
        f.state.setScalar(dst);
    }

    static void moveImmediate(FunctionBuilder f) {
        var dst = f.target();
        f.emit(new Insn.Mov(f.width(), dst, f.immediate()));
        f.state.setScalar(dst);
    }

    static void moveSignExtended(FunctionBuilder f) {
        var src = f.scalar();
        var dst = f.choices.oneIn(4) ? f.operand() : f.target();
        var from = f.choices.pick(NARROW);
        f.keep(dst);
        f.emit(new Insn.MovSx(from == Size.W ? Width.W64 : f.width(), from, dst, src));
        f.state.setScalar(dst);
    }

    static void wideImmediate(FunctionBuilder f) {
        var dst = f.target();
        f.emit(new Insn.LoadImm64(dst, CornerValues.wide(f.choices)));
        f.state.setScalar(dst);
    }

    /// `count` instructions of four bytes each on x86-64 that lose no value, since all change one register reversibly.
    static void shortPadding(FunctionBuilder f, Reg dst, int count) {
        for (int i = 0; i < count; i++) {
            f.emit(new Insn.Alu(Width.W64, f.choices.oneIn(2) ? AluOp.ADD : AluOp.XOR, dst,
                    new Imm(f.choices.between(-128, 127))));
        }
    }

    /// `count` instructions that lose no value: padding for jumps.
    static void padding(FunctionBuilder f, int count) {
        for (int i = 0; i < count; i++) {
            var dst = f.operand();
            Operand src = f.source();
            binary(f, Width.W64, f.choices.oneIn(2) ? AluOp.ADD : AluOp.XOR, dst, src == dst ? f.immediate() : src);
        }
    }
}
