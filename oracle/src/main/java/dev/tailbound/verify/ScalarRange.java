package dev.tailbound.verify;

import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// The set of numbers that a register may hold: known bits, and intervals of the whole register and of its low half.
///
/// The three components are kept consistent: each already includes the constraints of the others and can be used alone.
public record ScalarRange(Tnum bits, Bounds full, Bounds low) {
    private static final long HIGH = 0xffff_ffff_0000_0000L;

    public static final ScalarRange UNKNOWN = new ScalarRange(Tnum.UNKNOWN, Bounds.any(Width.W64), Bounds.any(Width.W32));

    /// The empty set, the result of a contradiction.
    static final ScalarRange NONE = new ScalarRange(Tnum.UNKNOWN, new Bounds(1, 0, 1, 0), new Bounds(1, 0, 1, 0));

    static final ScalarRange ZERO = constant(0);
    private static final ScalarRange UNSIGNED_8 = upTo(0xff);
    private static final ScalarRange UNSIGNED_16 = upTo(0xffff);
    private static final ScalarRange UNSIGNED_32 = upTo(0xffff_ffffL);
    private static final ScalarRange SIGNED_8 = UNKNOWN.signExtend(8);
    private static final ScalarRange SIGNED_16 = UNKNOWN.signExtend(16);
    private static final ScalarRange SIGNED_32 = UNKNOWN.signExtend(32);

    public static ScalarRange constant(long value) {
        return new ScalarRange(Tnum.constant(value), Bounds.constant(value, Width.W64), Bounds.constant(value, Width.W32));
    }

    /// Range of a load of this many unknown bytes.
    static ScalarRange loaded(Size size, boolean signed) {
        return switch (size) {
            case B -> signed ? SIGNED_8 : UNSIGNED_8;
            case H -> signed ? SIGNED_16 : UNSIGNED_16;
            case W -> signed ? SIGNED_32 : UNSIGNED_32;
            case DW -> UNKNOWN;
        };
    }

    private static ScalarRange upTo(long max) {
        return of(Tnum.between(0, max), Bounds.any(Width.W64), Bounds.any(Width.W32));
    }

    /// The numbers that satisfy all three components, or [#NONE].
    static ScalarRange of(Tnum bits, Bounds full, Bounds low) {
        if (bits.isConstant() && full.contains(bits.value(), Width.W64) && low.contains(bits.value(), Width.W32)) {
            return constant(bits.value());
        }
        // The second round propagates refinements of the last component back to the first.
        for (int round = 0; round < 2; round++) {
            full = full.meet(Bounds.of(bits, Width.W64)).meetReadings(Width.W64);
            low = low.meet(Bounds.of(bits.low32(), Width.W32)).meet(lowOf(full)).meetReadings(Width.W32);
            full = full.meet(fullOf(full, low)).meetReadings(Width.W64);
            if (full.isEmpty() || low.isEmpty()) {
                return NONE;
            }
            var byFull = Tnum.between(full.umin(), full.umax());
            var byLow = Tnum.UNKNOWN.withLow32(Tnum.between(low.umin(), low.umax()));
            if (bits.contradicts(byFull) || bits.contradicts(byLow) || byFull.contradicts(byLow)) {
                return NONE;
            }
            bits = bits.meet(byFull).meet(byLow);
        }
        return new ScalarRange(bits, full, low);
    }

    // The low half of an interval is an interval if all members have the same high half, or are sign-extended low halves.
    private static Bounds lowOf(Bounds full) {
        var result = Bounds.any(Width.W32);
        if (((full.umin() ^ full.umax()) & HIGH) == 0) {
            result = Bounds.ofUnsigned(full.umin() & ~HIGH, full.umax() & ~HIGH, Width.W32);
        }
        if (isSignExtended(full)) {
            result = result.meet(Bounds.ofSigned(full.smin(), full.smax(), Width.W32));
        }
        return result;
    }

    // A member with the same high half as an end is bounded by that high half joined with the low interval's end; all others are further inside.
    private static Bounds fullOf(Bounds full, Bounds low) {
        var result = new Bounds(join(full.umin(), low.umin()), join(full.umax(), low.umax()), join(full.smin(), low.umin()),
                join(full.smax(), low.umax()));
        return isSignExtended(full) ? result.meet(Bounds.ofSigned(low.smin(), low.smax(), Width.W64)) : result;
    }

    private static long join(long high, long low) {
        return (high & HIGH) | low;
    }

    private static boolean isSignExtended(Bounds full) {
        return full.smin() == (int) full.smin() && full.smax() == (int) full.smax();
    }

    public boolean isConstant() {
        return bits.isConstant();
    }

    /// The only member; the range must be a constant.
    public long value() {
        return bits.value();
    }

    boolean isZero() {
        return isConstant() && value() == 0;
    }

    boolean isNone() {
        return full.isEmpty();
    }

    public boolean contains(long concrete) {
        return bits.contains(concrete) && full.contains(concrete, Width.W64) && low.contains(concrete, Width.W32);
    }

    boolean covers(ScalarRange other) {
        if (isConstant()) {
            return other.isConstant() && value() == other.value();
        }
        return bits.covers(other.bits) && full.covers(other.full) && low.covers(other.low);
    }

    Bounds bounds(Width width) {
        return width == Width.W64 ? full : low;
    }

    Tnum bits(Width width) {
        return width == Width.W64 ? bits : bits.low32();
    }

    /// The members whose low `width` bits also satisfy these constraints.
    ScalarRange meet(Tnum bits, Bounds bounds, Width width) {
        var wide = width == Width.W64 ? bits : Tnum.UNKNOWN.withLow32(bits);
        if (this.bits.contradicts(wide)) {
            return NONE;
        }
        return width == Width.W64
                ? of(this.bits.meet(wide), full.meet(bounds), low)
                : of(this.bits.meet(wide), full, low.meet(bounds));
    }

    ScalarRange meet(Bounds bounds, Width width) {
        return meet(width == Width.W64 ? Tnum.UNKNOWN : Tnum.UNKNOWN.low32(), bounds, width);
    }

    /// The low half, zero-extended.
    ScalarRange low32() {
        if ((full.umax() & HIGH) == 0) {
            return this;
        }
        return of(bits.low32(), Bounds.ofUnsigned(low.umin(), low.umax(), Width.W64), low);
    }

    /// The low bytes, zero-extended.
    ScalarRange truncate(Size size) {
        if (size == Size.DW || size == Size.W) {
            return size == Size.W ? low32() : this;
        }
        long max = (1L << size.bits()) - 1;
        if (Long.compareUnsigned(full.umax(), max) <= 0) {
            return this;
        }
        return of(bits.and(Tnum.constant(max)), Bounds.any(Width.W64), Bounds.any(Width.W32));
    }

    /// The low `count` bits as a signed number.
    ScalarRange signExtend(int count) {
        long max = (1L << (count - 1)) - 1;
        if (full.smin() >= ~max && full.smax() <= max) {
            return this;
        }
        var bounds = count == 32 ? Bounds.ofSigned(low.smin(), low.smax(), Width.W64) : Bounds.ofSigned(~max, max, Width.W64);
        return of(bits.signExtend(count), bounds, count == 32 ? low : Bounds.any(Width.W32));
    }

    @Override
    public String toString() {
        if (isConstant()) {
            return Long.toString(value());
        }
        return equals(UNKNOWN) ? "unknown" : "%s (bits %s; low %s)".formatted(full, bits, low);
    }
}
