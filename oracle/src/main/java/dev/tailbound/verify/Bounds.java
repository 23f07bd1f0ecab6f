package dev.tailbound.verify;

import dev.tailbound.isa.Width;

/// Unsigned and signed interval of a value at one width.
///
/// 32-bit bounds are stored as longs: 0..2^32-1 unsigned, -2^31..2^31-1 signed. Operations wrap at the given width and return [#any] if the interval
/// would split in two.
public record Bounds(long umin, long umax, long smin, long smax) {
    private static final Bounds ANY_64 = new Bounds(0, -1, Long.MIN_VALUE, Long.MAX_VALUE);
    private static final Bounds ANY_32 = new Bounds(0, 0xffff_ffffL, Integer.MIN_VALUE, Integer.MAX_VALUE);

    static Bounds any(Width width) {
        return width == Width.W64 ? ANY_64 : ANY_32;
    }

    static Bounds constant(long value, Width width) {
        return new Bounds(unsigned(value, width), unsigned(value, width), signed(value, width), signed(value, width));
    }

    static Bounds ofUnsigned(long min, long max, Width width) {
        return new Bounds(min, max, any(width).smin, any(width).smax);
    }

    static Bounds ofSigned(long min, long max, Width width) {
        return new Bounds(any(width).umin, any(width).umax, min, max);
    }

    /// The smallest interval that contains all members of a tnum.
    static Bounds of(Tnum bits, Width width) {
        // The signed minimum has an unknown sign bit set and all other unknown bits clear; the signed maximum is the opposite.
        long sign = width == Width.W64 ? Long.MIN_VALUE : 1L << 31;
        long least = bits.value() | (bits.mask() & sign);
        long greatest = bits.value() | (bits.mask() & ~sign);
        return new Bounds(unsigned(bits.value(), width), unsigned(bits.max(), width), signed(least, width),
                signed(greatest, width));
    }

    /// The value read as unsigned.
    static long unsigned(long value, Width width) {
        return width == Width.W64 ? value : value & 0xffff_ffffL;
    }

    static long signed(long value, Width width) {
        return width == Width.W64 ? value : (int) value;
    }

    boolean contains(long concrete, Width width) {
        long unsigned = unsigned(concrete, width);
        long signed = signed(concrete, width);
        return Long.compareUnsigned(umin, unsigned) <= 0 && Long.compareUnsigned(unsigned, umax) <= 0 && smin <= signed
                && signed <= smax;
    }

    boolean covers(Bounds other) {
        return Long.compareUnsigned(umin, other.umin) <= 0 && Long.compareUnsigned(other.umax, umax) <= 0 && smin <= other.smin
                && other.smax <= smax;
    }

    boolean isEmpty() {
        return Long.compareUnsigned(umin, umax) > 0 || smin > smax;
    }

    boolean isConstant() {
        return umin == umax;
    }

    /// The intersection.
    Bounds meet(Bounds other) {
        if (other.covers(this)) {
            return this;
        }
        return new Bounds(maxUnsigned(umin, other.umin), minUnsigned(umax, other.umax), Math.max(smin, other.smin),
                Math.min(smax, other.smax));
    }

    /// Tightens the signed by the unsigned interval and vice versa, where the interval does not cross the sign boundary.
    Bounds meetReadings(Width width) {
        var result = this;
        if (smin >= 0 || smax < 0) {
            result = result.meet(new Bounds(unsigned(smin, width), unsigned(smax, width), smin, smax));
        }
        long least = signed(umin, width);
        long greatest = signed(umax, width);
        if (least < 0 == greatest < 0) {
            result = result.meet(new Bounds(umin, umax, least, greatest));
        }
        return result;
    }

    // If both ends wrap, the interval is only shifted and stays exact.
    Bounds plus(Bounds other, Width width) {
        long least = any(width).umin;
        long greatest = any(width).umax;
        if (carries(umin, other.umin, width) == carries(umax, other.umax, width)) {
            least = unsigned(umin + other.umin, width);
            greatest = unsigned(umax + other.umax, width);
        }
        boolean overflows = sumOverflows(smin, other.smin, width) || sumOverflows(smax, other.smax, width);
        return new Bounds(least, greatest, overflows ? any(width).smin : smin + other.smin, overflows ? any(width).smax
                : smax + other.smax);
    }

    Bounds minus(Bounds other, Width width) {
        long least = any(width).umin;
        long greatest = any(width).umax;
        if (Long.compareUnsigned(umin, other.umax) < 0 == Long.compareUnsigned(umax, other.umin) < 0) {
            least = unsigned(umin - other.umax, width);
            greatest = unsigned(umax - other.umin, width);
        }
        boolean overflows = differenceOverflows(smin, other.smax, width) || differenceOverflows(smax, other.smin, width);
        return new Bounds(least, greatest, overflows ? any(width).smin : smin - other.smax, overflows ? any(width).smax
                : smax - other.smin);
    }

    Bounds times(Bounds other, Width width) {
        boolean overflows = Math.unsignedMultiplyHigh(umax, other.umax) != 0 || unsigned(umax * other.umax, width) != umax
                * other.umax;
        return overflows ? any(width) : ofUnsigned(umin * other.umin, umax * other.umax, width);
    }

    Bounds and(Bounds other, Width width) {
        return ofUnsigned(0, minUnsigned(umax, other.umax), width);
    }

    Bounds or(Bounds other, Width width) {
        return ofUnsigned(maxUnsigned(umin, other.umin), any(width).umax, width);
    }

    Bounds shiftLeft(int count, Width width) {
        boolean overflows = Long.compareUnsigned(umax, any(width).umax >>> count) > 0;
        return overflows ? any(width) : ofUnsigned(umin << count, umax << count, width);
    }

    Bounds shiftRight(int count, Width width) {
        return ofUnsigned(umin >>> count, umax >>> count, width);
    }

    Bounds shiftRightSigned(int count, Width width) {
        return ofSigned(smin >> count, smax >> count, width);
    }

    static long maxUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    static long minUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }

    private static boolean carries(long a, long b, Width width) {
        return width == Width.W64 ? Long.compareUnsigned(a + b, a) < 0 : a + b > ANY_32.umax;
    }

    private static boolean sumOverflows(long a, long b, Width width) {
        long sum = a + b;
        return width == Width.W64 ? ((a ^ sum) & (b ^ sum)) < 0 : sum != (int) sum;
    }

    private static boolean differenceOverflows(long a, long b, Width width) {
        long difference = a - b;
        return width == Width.W64 ? ((a ^ b) & (a ^ difference)) < 0 : difference != (int) difference;
    }

    @Override
    public String toString() {
        return "%s..%s, %d..%d".formatted(Long.toUnsignedString(umin), Long.toUnsignedString(umax), smin, smax);
    }
}
