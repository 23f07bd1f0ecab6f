package dev.tailbound.forms.c;

/// An integer of C: `int`, `unsigned`, `long` or `unsigned long`, as 64-bit kernels have them.
///
/// @param bits       the value, extended to 64 bits as its type says
/// @param isLong     it has 64 bits, not 32
/// @param isUnsigned it is zero-extended
public record CValue(long bits, boolean isLong, boolean isUnsigned) {
    public CValue {
        bits = isLong ? bits : isUnsigned ? bits & 0xffff_ffffL : (int) bits;
    }

    public static CValue of(int value) {
        return new CValue(value, false, false);
    }

    static CValue of(boolean value) {
        return of(value ? 1 : 0);
    }

    static CValue ofSize(long size) {
        return new CValue(size, true, true);
    }

    /// The low bits as the type of an operation with `other` has them.
    private CValue as(long result, CValue other) {
        boolean wide = isLong || other.isLong;
        return new CValue(result, wide, isLong == other.isLong ? isUnsigned || other.isUnsigned
                : isLong ? isUnsigned : other.isUnsigned);
    }

    private CValue shifted(long result) {
        return new CValue(result, isLong, isUnsigned);
    }

    /// The operator applied to two values; a division by zero is an [ArithmeticException].
    CValue apply(String operator, CValue right) {
        var common = as(0, right);
        return switch (operator) {
            case "*" -> as(bits * right.bits, right);
            case "/" -> as(common.isUnsigned ? Long.divideUnsigned(bits, right.bits) : bits / right.bits, right);
            case "%" -> as(common.isUnsigned ? Long.remainderUnsigned(bits, right.bits) : bits % right.bits, right);
            case "+" -> as(bits + right.bits, right);
            case "-" -> as(bits - right.bits, right);
            case "<<" -> shifted(bits << right.bits);
            case ">>" -> shifted(isUnsigned ? bits >>> right.bits : bits >> right.bits);
            case "&" -> as(bits & right.bits, right);
            case "^" -> as(bits ^ right.bits, right);
            case "|" -> as(bits | right.bits, right);
            case "==" -> of(as(bits, right).bits == as(right.bits, right).bits);
            case "!=" -> of(as(bits, right).bits != as(right.bits, right).bits);
            case "<" -> of(compare(right) < 0);
            case ">" -> of(compare(right) > 0);
            case "<=" -> of(compare(right) <= 0);
            case ">=" -> of(compare(right) >= 0);
            case "&&" -> of(bits != 0 && right.bits != 0);
            case "||" -> of(bits != 0 || right.bits != 0);
            default -> throw new IllegalArgumentException("operator " + operator);
        };
    }

    private int compare(CValue right) {
        var a = as(bits, right);
        var b = as(right.bits, right);
        return a.isUnsigned ? Long.compareUnsigned(a.bits, b.bits) : Long.compare(a.bits, b.bits);
    }

    /// A unary operator applied to the value.
    CValue apply(String operator) {
        return switch (operator) {
            case "-" -> shifted(-bits);
            case "+" -> this;
            case "~" -> shifted(~bits);
            case "!" -> of(bits == 0);
            default -> throw new IllegalArgumentException("operator " + operator);
        };
    }

    /// The value in a type of so many bytes.
    CValue cast(int bytes, boolean toUnsigned) {
        int unused = Long.SIZE - Byte.SIZE * bytes;
        long value = toUnsigned ? bits << unused >>> unused : bits << unused >> unused;
        return new CValue(value, bytes == Long.BYTES, toUnsigned && bytes >= Integer.BYTES);
    }
}
