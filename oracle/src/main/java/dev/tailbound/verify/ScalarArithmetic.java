package dev.tailbound.verify;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Width;

/// Abstract arithmetic on ranges: the result contains the concrete result for all members of the operands.
///
/// As precise as kernels up to 6.12: quotients, remainders and shifts by a variable count are unknown.
final class ScalarArithmetic {
    private ScalarArithmetic() {}

    static ScalarRange apply(Width width, AluOp op, ScalarRange dst, ScalarRange src) {
        if (op.isDivision() || (op.isShift() && !isCount(src, width))) {
            return ScalarRange.UNKNOWN;
        }
        var bits = bits(op, width, dst.bits(width), src.bits(width));
        if (width == Width.W32) {
            var low = bounds(op, width, dst.low(), src.low());
            return ScalarRange.of(bits.low32(), Bounds.ofUnsigned(low.umin(), low.umax(), Width.W64), low);
        }
        var full = bounds(op, width, dst.full(), src.full());
        // Right shifts move high bits into the low half; with all other operations the low half of the result depends only on low halves.
        boolean fromAbove = op == AluOp.RSH || op == AluOp.ARSH;
        return ScalarRange.of(bits, full, fromAbove ? Bounds.any(Width.W32) : bounds(op, Width.W32, dst.low(), src.low()));
    }

    private static boolean isCount(ScalarRange src, Width width) {
        return src.isConstant() && src.value() >= 0 && src.value() < width.bits();
    }

    // For 32-bit operations, callers use only the low half of the result.
    private static Tnum bits(AluOp op, Width width, Tnum dst, Tnum src) {
        return switch (op) {
            case ADD -> dst.plus(src);
            case SUB -> dst.minus(src);
            case MUL -> dst.times(src);
            case OR -> dst.or(src);
            case AND -> dst.and(src);
            case XOR -> dst.xor(src);
            case LSH -> dst.shiftLeft((int) src.value());
            case RSH -> dst.shiftRight((int) src.value());
            case ARSH -> dst.signExtend(width.bits()).shiftRightSigned((int) src.value());
            case DIV, SDIV, MOD, SMOD -> Tnum.UNKNOWN;
        };
    }

    private static Bounds bounds(AluOp op, Width width, Bounds dst, Bounds src) {
        return switch (op) {
            case ADD -> dst.plus(src, width);
            case SUB -> dst.minus(src, width);
            case MUL -> dst.times(src, width);
            case OR -> dst.or(src, width);
            case AND -> dst.and(src, width);
            case LSH -> dst.shiftLeft((int) src.umin(), width);
            case RSH -> dst.shiftRight((int) src.umin(), width);
            case ARSH -> dst.shiftRightSigned((int) src.umin(), width);
            // The known bits already give the result.
            case XOR -> Bounds.any(width);
            case DIV, SDIV, MOD, SMOD -> Bounds.any(width);
        };
    }
}
