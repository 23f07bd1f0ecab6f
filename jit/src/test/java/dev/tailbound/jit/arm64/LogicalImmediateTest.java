package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Width;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Compares the encoder with the whole domain, enumerated from encodings to values as in the manual's `DecodeBitMasks`.
class LogicalImmediateTest {

    @Test
    void encodes_exactly_the_5334_values_of_64_bits() {
        assertThat(domain(W64)).hasSize(5334);
        domain(W64).forEach(
                (value, encoding) -> assertThat(LogicalImmediate.encode(value, W64)).as("%#x", value).hasValue(encoding));
    }

    @Test
    void encodes_exactly_the_1302_values_of_32_bits() {
        assertThat(domain(W32)).hasSize(1302);
        domain(W32).forEach(
                (value, encoding) -> assertThat(LogicalImmediate.encode(value, W32)).as("%#x", value).hasValue(encoding));
    }

    /// Tries neighbours of encodable values, where errors are likely, and sign-extended values, as in BPF immediates.
    @Test
    void refuses_all_other_values() {
        var domain64 = domain(W64);
        var domain32 = domain(W32);
        var random = new SplittableRandom(1);
        for (long value : domain64.keySet()) {
            for (int bit = 0; bit < 64; bit++) {
                assertSame(domain64, value ^ 1L << bit, value ^ 1L << bit, W64);
            }
        }
        for (int i = 0; i < 100_000; i++) {
            int value = random.nextInt() & random.nextInt() >> random.nextInt(32);
            assertSame(domain64, value, value, W64);
            assertSame(domain32, Integer.toUnsignedLong(value), value, W32);
        }
        for (long value : new long[]{ 0, -1 }) {
            assertThat(LogicalImmediate.encode(value, W64)).isEmpty();
            assertThat(LogicalImmediate.encode(value, W32)).isEmpty();
        }
    }

    private static void assertSame(Map<Long, Integer> domain, long key, long value, Width width) {
        var found = LogicalImmediate.encode(value, width);
        var expected = domain.get(key);
        assertThat(found.isPresent() ? (Integer) found.getAsInt() : null).as("%#x", value).isEqualTo(expected);
    }

    /// Every element size, every count of ones except none and all, every rotation.
    private static Map<Long, Integer> domain(Width width) {
        var domain = new TreeMap<Long, Integer>();
        for (int size = 2; size <= width.bits(); size *= 2) {
            for (int ones = 1; ones < size; ones++) {
                for (int rotation = 0; rotation < size; rotation++) {
                    domain.put(value(size, ones, rotation, width), encoding(size, ones, rotation));
                }
            }
        }
        return domain;
    }

    /// Bit by bit: bit `i` of an element is one where `i + rotation`, modulo the size, is below the number of ones.
    private static long value(int size, int ones, int rotation, Width width) {
        long value = 0;
        for (int i = 0; i < width.bits(); i++) {
            if ((i + rotation) % size < ones) {
                value |= 1L << i;
            }
        }
        return value;
    }

    private static int encoding(int size, int ones, int rotation) {
        int imms = switch (size) {
            case 2 -> 0b111100;
            case 4 -> 0b111000;
            case 8 -> 0b110000;
            case 16 -> 0b100000;
            default -> 0;
        };
        return (size == 64 ? 1 << 12 : 0) | rotation << 6 | imms | (ones - 1);
    }
}
