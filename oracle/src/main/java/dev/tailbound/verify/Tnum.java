package dev.tailbound.verify;

/// Known bits of a 64-bit value: a set mask bit means "unknown", the other bits are those of `value`.
///
/// `new Tnum(0b100, 0b011)` stands for 4, 5, 6 and 7. Bits of `value` under the mask are zero. Every operation is sound: applied to any members
/// of its operands, the concrete operation gives a member of the result.
public record Tnum(long value, long mask) {
    public static final Tnum UNKNOWN = new Tnum(0, -1);

    private static final long LOW = 0xffff_ffffL;

    public static Tnum constant(long value) {
        return new Tnum(value, 0);
    }

    /// All values in an unsigned interval: the common prefix of its ends is known.
    public static Tnum between(long min, long max) {
        long differing = min ^ max;
        long mask = differing == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(differing);
        return new Tnum(min & ~mask, mask);
    }

    public boolean isConstant() {
        return mask == 0;
    }

    public boolean contains(long concrete) {
        return (concrete & ~mask) == value;
    }

    public boolean covers(Tnum other) {
        return (other.mask & ~mask) == 0 && (other.value & ~mask) == value;
    }

    /// The largest member, read as unsigned; `value` is the smallest.
    public long max() {
        return value | mask;
    }

    /// The intersection; undefined if the two [contradict][#contradicts(Tnum)] each other.
    Tnum meet(Tnum other) {
        long known = mask & other.mask;
        return known == mask ? this : new Tnum((value | other.value) & ~known, known);
    }

    /// Some bit is known to be 1 in one and 0 in the other.
    boolean contradicts(Tnum other) {
        return ((value ^ other.value) & ~mask & ~other.mask) != 0;
    }

    Tnum low32() {
        return (max() & ~LOW) == 0 ? this : new Tnum(value & LOW, mask & LOW);
    }

    /// The high half of this joined with the low half of `low`.
    Tnum withLow32(Tnum low) {
        return new Tnum((value & ~LOW) | (low.value & LOW), (mask & ~LOW) | (low.mask & LOW));
    }

    // A bit of a sum is known if both addend bits are known and the carry into it is fixed, that is, the same in the smallest and the largest sum.
    Tnum plus(Tnum other) {
        return known(value + other.value, max() + other.max(), mask | other.mask);
    }

    Tnum minus(Tnum other) {
        return known(value - other.max(), max() - other.value, mask | other.mask);
    }

    private static Tnum known(long least, long greatest, long unknown) {
        long mask = (least ^ greatest) | unknown;
        return new Tnum(least & ~mask, mask);
    }

    // The low n bits of a product depend only on the low n bits of the factors; trailing zeros add up. High bits are left to the intervals.
    Tnum times(Tnum other) {
        int zeros = Long.numberOfTrailingZeros(max()) + Long.numberOfTrailingZeros(other.max());
        if (zeros >= Long.SIZE) {
            return constant(0);
        }
        int exact = Math.min(Long.numberOfTrailingZeros(mask), Long.numberOfTrailingZeros(other.mask));
        int bits = Math.max(zeros, exact);
        long mask = bits >= Long.SIZE ? 0 : -1L << bits;
        return new Tnum(value * other.value & ~mask, mask);
    }

    Tnum and(Tnum other) {
        long both = value & other.value;
        return new Tnum(both, max() & other.max() & ~both);
    }

    Tnum or(Tnum other) {
        long either = value | other.value;
        return new Tnum(either, (mask | other.mask) & ~either);
    }

    Tnum xor(Tnum other) {
        long unknown = mask | other.mask;
        return new Tnum((value ^ other.value) & ~unknown, unknown);
    }

    Tnum shiftLeft(int count) {
        return new Tnum(value << count, mask << count);
    }

    Tnum shiftRight(int count) {
        return new Tnum(value >>> count, mask >>> count);
    }

    // An unknown sign bit is set in the mask, so all its copies are unknown, too.
    Tnum shiftRightSigned(int count) {
        return new Tnum(value >> count, mask >> count);
    }

    /// The low `bits` bits as a signed number.
    Tnum signExtend(int bits) {
        return shiftLeft(Long.SIZE - bits).shiftRightSigned(Long.SIZE - bits);
    }

    @Override
    public String toString() {
        return isConstant() ? "0x%x".formatted(value) : "0x%x/0x%x".formatted(value, mask);
    }
}
