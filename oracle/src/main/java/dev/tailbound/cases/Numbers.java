package dev.tailbound.cases;

import java.math.BigInteger;
import java.util.Optional;

/// Integer syntax of case files: decimal, or `0x` and hexadecimal, signed or unsigned.
final class Numbers {
    private static final int DECIMAL_LIMIT = 0x10000;

    /// The low `bits` of the number; empty if it fits them neither signed nor unsigned, or is not a number.
    static Optional<Long> parse(String text, int bits) {
        boolean negative = text.startsWith("-");
        var magnitude = negative ? text.substring(1) : text;
        boolean hex = magnitude.startsWith("0x");
        var digits = hex ? magnitude.substring(2) : magnitude;
        if (digits.isEmpty() || digits.length() > 20 || digits.chars().anyMatch(c -> c > 'f' || Character.digit(c, hex ? 16
                : 10) < 0)) {
            return Optional.empty();
        }
        var value = new BigInteger(digits, hex ? 16 : 10);
        if (negative) {
            value = value.negate();
        }
        boolean fits = value.signum() < 0 ? value.bitLength() < bits : value.bitLength() <= bits;
        return fits ? Optional.of(value.longValue()) : Optional.empty();
    }

    /// Unsigned; small numbers in decimal, all others in hexadecimal.
    static String print(long value) {
        return Long.compareUnsigned(value, DECIMAL_LIMIT) < 0 ? Long.toString(value) : "0x" + Long.toHexString(value);
    }

    private Numbers() {}
}
