package dev.tailbound.run.interp;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import java.nio.ByteOrder;
import java.util.Optional;

/// A value and its dependence on the addresses of objects.
///
/// Bits outside `bits` are the same under all addresses. Every operation is sound: an untainted result bit is the same for all addresses of the
/// operands' objects. A pointer also names its object, so that distances and comparisons within one object are exact.
///
/// @param value  its value under the addresses of this run
/// @param bits   bits that may differ under other addresses
/// @param object object that a pointer was derived from; null for all other values
record Taint(long value, long bits, Addressed object) {

    private static final long LOW = 0xffff_ffffL;

    /// Identity of an object at an address, for its lifetime there.
    ///
    /// @param base its address in this run
    /// @param size in bytes; a pointer to one of them is non-null and not equal to a pointer into another object
    /// @param bits bits of the address that depend on the layout
    record Addressed(long base, long size, long bits) {

        // Two objects differ even if they occupy the same memory one after the other.
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    static Taint clean(long value) {
        return new Taint(value, 0, null);
    }

    /// The same taint with a value that has the same address-dependent bits.
    Taint withValue(long value) {
        return new Taint(value, bits, object);
    }

    static Taint pointer(long value, Addressed object) {
        return new Taint(value, object.bits, object);
    }

    private static Taint mixed(long value, long bits) {
        return new Taint(value, bits, null);
    }

    boolean isClean() {
        return bits == 0;
    }

    /// Points to a byte of its object, or to its end.
    private boolean isWithinObject() {
        return object != null && value - object.base >= 0 && value - object.base <= object.size;
    }

    private boolean isInsideObject() {
        return isWithinObject() && value - object.base < object.size;
    }

    /// `dst op src`, see [Arithmetic#alu].
    static Taint alu(Width width, AluOp op, Taint dst, Taint src) {
        long value = Arithmetic.alu(width, op, dst.value, src.value);
        if ((dst.isClean() && src.isClean()) || isDistance(op, dst, src)) {
            return clean(value);
        }
        if (width == Width.W64 && dst.object != null && src.isClean() && (op == AluOp.ADD || op == AluOp.SUB)) {
            return new Taint(value, carried(op, dst, src), dst.object);
        }
        if (width == Width.W64 && src.object != null && dst.isClean() && op == AluOp.ADD) {
            return new Taint(value, carried(op, dst, src), src.object);
        }
        return mixed(value, Arithmetic.narrow(width, bits(width, op, dst.narrowed(width), src.narrowed(width))));
    }

    /// The distance of two pointers into one object does not depend on its address.
    private static boolean isDistance(AluOp op, Taint dst, Taint src) {
        return op == AluOp.SUB && dst.object != null && dst.object.equals(src.object);
    }

    private static long bits(Width width, AluOp op, Taint dst, Taint src) {
        return switch (op) {
            case ADD, SUB, MUL -> carried(op, dst, src);
            case AND -> dst.most() & src.most() & ~(dst.least() & src.least());
            case OR -> (dst.bits | src.bits) & ~(dst.least() | src.least());
            case XOR -> dst.bits | src.bits;
            // A known count shifts the mask like the value; an arithmetic shift copies the sign bit of both.
            case LSH, RSH, ARSH -> (src.bits & (width.bits() - 1)) == 0 ? Arithmetic.alu(width, op, dst.bits, src.value) : -1;
            case DIV, SDIV, MOD, SMOD -> -1;
        };
    }

    /// A changed bit can change the same and all higher bits of the result.
    private static long carried(AluOp op, Taint dst, Taint src) {
        long changed = switch (op) {
            // Trailing zeros of the factors add up in the product.
            case MUL -> product(dst.bits, src.most()) | product(src.bits, dst.most());
            case ADD, SUB -> dst.bits | src.bits;
            default -> throw new IllegalArgumentException("nothing is carried by " + op);
        };
        return -Long.lowestOneBit(changed);
    }

    /// A number whose lowest bit is the lowest bit that a product of these masks can have.
    private static long product(long bits, long others) {
        return Long.lowestOneBit(bits) * Long.lowestOneBit(others);
    }

    /// The value with all tainted bits cleared; [#most()] has them set.
    private long least() {
        return value & ~bits;
    }

    private long most() {
        return value | bits;
    }

    /// `dst = (size) src`, sign-extended to the width.
    Taint signExtended(Width width, Size from) {
        return mixed(Arithmetic.narrow(width, Arithmetic.signExtend(from, value)),
                Arithmetic.narrow(width, Arithmetic.signExtend(from, bits)));
    }

    /// The whole value, or its low half zero-extended.
    Taint narrowed(Width width) {
        return width == Width.W64 ? this : mixed(value & LOW, bits & LOW);
    }

    Taint negated(Width width) {
        return alu(width, AluOp.SUB, clean(0), this);
    }

    Taint swapped(SwapOp op, ByteOrder host, int count) {
        return mixed(Arithmetic.swap(op, host, count, value), Arithmetic.swap(op, host, count, bits));
    }

    /// The new value in memory after an atomic operation, see [Arithmetic#atomic]; bits above its size are undefined.
    static Taint atomic(Size size, AtomicOp op, Taint old, Taint src, Taint expected) {
        var width = size == Size.DW ? Width.W64 : Width.W32;
        return switch (op) {
            case ADD, FETCH_ADD -> alu(width, AluOp.ADD, old, src);
            case OR, FETCH_OR -> alu(width, AluOp.OR, old, src);
            case AND, FETCH_AND -> alu(width, AluOp.AND, old, src);
            case XOR, FETCH_XOR -> alu(width, AluOp.XOR, old, src);
            case XCHG -> src;
            case CMPXCHG -> decide(width, Cond.EQ, old, expected).map(same -> same ? src : old).orElseGet(() -> either(old, src));
        };
    }

    // One of the two, unknown which: only bits that are equal in both are untainted.
    private static Taint either(Taint one, Taint other) {
        return mixed(one.value, one.bits | other.bits | (one.value ^ other.value));
    }

    /// Whether `dst cond src`, see [Arithmetic#holds]; empty if that depends on addresses.
    static Optional<Boolean> decide(Width width, Cond cond, Taint dst, Taint src) {
        boolean isDecided = (dst.isClean() && src.isClean()) || isDecidedByObjects(width, cond, dst, src)
                || isDecidedByBits(width, cond, dst.narrowed(width), src.narrowed(width));
        return isDecided ? Optional.of(Arithmetic.holds(width, cond, dst.value, src.value)) : Optional.empty();
    }

    private static boolean isDecidedByObjects(Width width, Cond cond, Taint dst, Taint src) {
        boolean isOneObject = dst.object != null && dst.object.equals(src.object);
        boolean areWithin = width == Width.W64 && dst.isWithinObject() && src.isWithinObject();
        boolean isOneNull = width == Width.W64
                && ((dst.isWithinObject() && src.isNull()) || (dst.isNull() && src.isWithinObject()));
        return switch (cond) {
            // The end of one object may be the start of another.
            case EQ, NE -> isOneObject || (areWithin && dst.isInsideObject() && src.isInsideObject()) || isOneNull;
            case GT, GE, LT, LE -> (isOneObject && areWithin) || isOneNull;
            case SGT, SGE, SLT, SLE -> isOneObject && areWithin;
            case SET -> false;
        };
    }

    private boolean isNull() {
        return isClean() && value == 0;
    }

    private static boolean isDecidedByBits(Width width, Cond cond, Taint dst, Taint src) {
        return switch (cond) {
            case EQ, NE -> ((dst.value ^ src.value) & ~dst.bits & ~src.bits) != 0;
            case SET -> (dst.least() & src.least()) != 0 || (dst.most() & src.most()) == 0;
            case GT, GE, LT, LE ->
                Arithmetic.holds(width, cond, dst.least(), src.most()) == Arithmetic.holds(width, cond, dst.most(), src.least());
            case SGT, SGE, SLT, SLE -> Arithmetic.holds(width, cond, dst.signedLeast(width), src.signedMost(width)) == Arithmetic
                    .holds(width, cond, dst.signedMost(width), src.signedLeast(width));
        };
    }

    private long signedLeast(Width width) {
        return least() | (bits & sign(width));
    }

    private long signedMost(Width width) {
        return most() & ~(bits & sign(width));
    }

    private static long sign(Width width) {
        return 1L << (width.bits() - 1);
    }
}
