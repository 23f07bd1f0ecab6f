package dev.tailbound.jit.arm64;

import dev.tailbound.isa.Width;
import java.util.OptionalInt;

/// Encodes the immediates of `and`, `orr`, `eor` and `tst`: a rotated run of ones, repeated over the register.
///
/// ARM ARM, shared pseudocode `DecodeBitMasks`. `0x00ff00ff00ff00ff` is encodable (element of 16 bits, 8 ones), 0 and all ones are not.
final class LogicalImmediate {

    private LogicalImmediate() {}

    /// The 13 bits `N:immr:imms`; empty if no encoding exists. With [Width#W32], only the low half of `value` is used.
    static OptionalInt encode(long value, Width width) {
        long repeated = width == Width.W32 ? value << 32 | (value & 0xffff_ffffL) : value;
        if (repeated == 0 || repeated == -1) {
            return OptionalInt.empty();
        }
        int element = elementSize(repeated);
        long bits = repeated & mask(element);
        // The run starts at the lowest one bit whose lower neighbour, cyclically, is zero.
        int start = Long.numberOfTrailingZeros(bits & ~rotateLeft(bits, 1, element));
        int ones = Long.bitCount(bits);
        if (rotateLeft(mask(ones), start, element) != bits) {
            return OptionalInt.empty();
        }
        // imms: the element size as a run of ones above the count; N is that run's complement in bit 6.
        int imms = (-2 * element & 0x3f) | (ones - 1);
        int immr = -start & (element - 1);
        int n = element == 64 ? 1 : 0;
        return OptionalInt.of(n << 12 | immr << 6 | imms);
    }

    /// The shortest period of the bits: 2, 4, 8, 16, 32 or 64.
    private static int elementSize(long value) {
        int element = 64;
        while (element > 2 && Long.rotateRight(value, element / 2) == value) {
            element /= 2;
        }
        return element;
    }

    private static long mask(int bits) {
        return -1L >>> (Long.SIZE - bits);
    }

    private static long rotateLeft(long bits, int count, int size) {
        return count == 0 ? bits : (bits << count | bits >>> (size - count)) & mask(size);
    }
}
