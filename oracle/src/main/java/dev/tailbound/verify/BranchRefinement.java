package dev.tailbound.verify;

import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Width;

/// Decides comparisons of two ranges and refines the ranges by the outcome.
final class BranchRefinement {
    private BranchRefinement() {}

    /// Whether a comparison holds for all, some or no values of its operands.
    enum Decision {
        NEVER, EITHER, ALWAYS;

        Decision negated() {
            return switch (this) {
                case NEVER -> ALWAYS;
                case EITHER -> EITHER;
                case ALWAYS -> NEVER;
            };
        }

        private static Decision of(boolean always, boolean never) {
            return always ? ALWAYS : never ? NEVER : EITHER;
        }
    }

    /// Both operands, refined by the outcome of a comparison; [ScalarRange#NONE] if that outcome is impossible.
    record Operands(ScalarRange dst, ScalarRange src) {
        private Operands swapped() {
            return new Operands(src, dst);
        }
    }

    static Decision decide(Width width, Cond cond, ScalarRange dst, ScalarRange src) {
        var a = dst.bounds(width);
        var b = src.bounds(width);
        return switch (cond) {
            case EQ -> equal(dst.bits(width), src.bits(width), a, b);
            case NE -> equal(dst.bits(width), src.bits(width), a, b).negated();
            case SET -> shareBit(dst.bits(width), src.bits(width));
            case LT -> below(a, b);
            case GE -> below(a, b).negated();
            case GT -> below(b, a);
            case LE -> below(b, a).negated();
            case SLT -> less(a, b);
            case SGE -> less(a, b).negated();
            case SGT -> less(b, a);
            case SLE -> less(b, a).negated();
        };
    }

    private static Decision equal(Tnum a, Tnum b, Bounds inA, Bounds inB) {
        boolean never = a.contradicts(b) || inA.meet(inB).isEmpty();
        return Decision.of(a.isConstant() && b.isConstant() && a.value() == b.value(), never);
    }

    private static Decision shareBit(Tnum a, Tnum b) {
        return Decision.of((a.value() & b.value()) != 0, (a.max() & b.max()) == 0);
    }

    private static Decision below(Bounds a, Bounds b) {
        return Decision.of(Long.compareUnsigned(a.umax(), b.umin()) < 0, Long.compareUnsigned(a.umin(), b.umax()) >= 0);
    }

    private static Decision less(Bounds a, Bounds b) {
        return Decision.of(a.smax() < b.smin(), a.smin() >= b.smax());
    }

    /// Refines the operands by the outcome of the comparison, which must be undecided.
    static Operands refine(Width width, Cond cond, boolean holds, ScalarRange dst, ScalarRange src) {
        return switch (cond) {
            case EQ -> holds ? equal(width, dst, src) : unequal(width, dst, src);
            case NE -> holds ? unequal(width, dst, src) : equal(width, dst, src);
            case SET -> holds ? someBit(width, dst, src) : noBit(width, dst, src);
            case LT -> holds ? below(width, dst, src) : notAbove(width, src, dst).swapped();
            case GE -> holds ? notAbove(width, src, dst).swapped() : below(width, dst, src);
            case GT -> holds ? below(width, src, dst).swapped() : notAbove(width, dst, src);
            case LE -> holds ? notAbove(width, dst, src) : below(width, src, dst).swapped();
            case SLT -> holds ? less(width, dst, src) : notGreater(width, src, dst).swapped();
            case SGE -> holds ? notGreater(width, src, dst).swapped() : less(width, dst, src);
            case SGT -> holds ? less(width, src, dst).swapped() : notGreater(width, dst, src);
            case SLE -> holds ? notGreater(width, dst, src) : less(width, src, dst).swapped();
        };
    }

    private static Operands equal(Width width, ScalarRange a, ScalarRange b) {
        return new Operands(a.meet(b.bits(width), b.bounds(width), width), b.meet(a.bits(width), a.bounds(width), width));
    }

    // Excluding a constant tightens an interval only if the constant is one of its ends.
    private static Operands unequal(Width width, ScalarRange a, ScalarRange b) {
        return new Operands(without(a, b, width), without(b, a, width));
    }

    private static ScalarRange without(ScalarRange range, ScalarRange other, Width width) {
        if (!other.bits(width).isConstant()) {
            return range;
        }
        var in = range.bounds(width);
        long unsigned = Bounds.unsigned(other.bits(width).value(), width);
        long signed = Bounds.signed(other.bits(width).value(), width);
        return range.meet(new Bounds(in.umin() == unsigned ? in.umin() + 1 : in.umin(), in.umax() == unsigned ? in.umax() - 1
                : in.umax(),
                in
                        .smin() == signed ? in.smin() + 1 : in.smin(),
                in.smax() == signed ? in.smax() - 1 : in.smax()), width);
    }

    private static Operands someBit(Width width, ScalarRange a, ScalarRange b) {
        return new Operands(withBit(a, b, width), withBit(b, a, width));
    }

    private static ScalarRange withBit(ScalarRange range, ScalarRange other, Width width) {
        var mask = other.bits(width);
        if (!mask.isConstant() || Long.bitCount(mask.value()) != 1) {
            return range;
        }
        return range.meet(new Tnum(mask.value(), Bounds.any(width).umax() & ~mask.value()), Bounds.any(width), width);
    }

    // Each bit known to be set in one operand is clear in the other.
    private static Operands noBit(Width width, ScalarRange a, ScalarRange b) {
        return new Operands(withoutBits(a, b, width), withoutBits(b, a, width));
    }

    private static ScalarRange withoutBits(ScalarRange range, ScalarRange other, Width width) {
        return range.meet(new Tnum(0, Bounds.any(width).umax() & ~other.bits(width).value()), Bounds.any(width), width);
    }

    // a < b is undecided, so b's maximum is not 0 and a's minimum is not the largest number: neither -1 nor +1 wraps.
    private static Operands below(Width width, ScalarRange a, ScalarRange b) {
        return unsigned(width, a, b, b.bounds(width).umax() - 1, a.bounds(width).umin() + 1);
    }

    private static Operands notAbove(Width width, ScalarRange a, ScalarRange b) {
        return unsigned(width, a, b, b.bounds(width).umax(), a.bounds(width).umin());
    }

    private static Operands unsigned(Width width, ScalarRange a, ScalarRange b, long maxOfA, long minOfB) {
        return new Operands(a.meet(Bounds.ofUnsigned(0, maxOfA, width), width),
                b.meet(Bounds.ofUnsigned(minOfB, Bounds.any(width).umax(), width), width));
    }

    private static Operands less(Width width, ScalarRange a, ScalarRange b) {
        return signed(width, a, b, b.bounds(width).smax() - 1, a.bounds(width).smin() + 1);
    }

    private static Operands notGreater(Width width, ScalarRange a, ScalarRange b) {
        return signed(width, a, b, b.bounds(width).smax(), a.bounds(width).smin());
    }

    private static Operands signed(Width width, ScalarRange a, ScalarRange b, long maxOfA, long minOfB) {
        var any = Bounds.any(width);
        return new Operands(a.meet(Bounds.ofSigned(any.smin(), maxOfA, width), width),
                b.meet(Bounds.ofSigned(minOfB, any.smax(), width), width));
    }
}
