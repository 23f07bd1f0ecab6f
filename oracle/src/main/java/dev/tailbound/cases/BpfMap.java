package dev.tailbound.cases;

import dev.tailbound.isa.Program;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A map of a case with its initial contents; keys are 32-bit indices.
public sealed interface BpfMap {
    String name();

    /// `max_entries`, at least 1.
    int entries();

    /// Size in memory: values at their stride, or slots of eight bytes.
    long bytes();

    /// An array map (BPF_MAP_TYPE_ARRAY); entries missing in `init` start as zeros; values in `init` have `valueSize` bytes, not all of them zero.
    ///
    /// @param init values as a little-endian target holds them
    /// @param word size in bytes of the numbers that values consist of, which depend on the byte order: 1, 2, 4 or 8
    record Array(String name, int valueSize, int entries, SortedMap<Integer, Bytes> init, int word) implements BpfMap {
        public Array {
            requireName(name);
            requirePositive(name, "value size", valueSize);
            requirePositive(name, "entries", entries);
            CaseLimits.requireMemory(name, bytes(valueSize, entries));
            if (word < 1 || word > Long.BYTES || Integer.bitCount(word) != 1 || valueSize % word != 0) {
                throw new IllegalArgumentException(
                        "map %s: word size is %d, expected 1, 2, 4 or 8, and a divisor of %d".formatted(name, word, valueSize));
            }
            var full = new TreeMap<Integer, Bytes>();
            init.forEach((key, value) -> {
                if (value.length() > valueSize) {
                    throw new IllegalArgumentException(
                            "map %s: value %d has %d bytes, expected at most %d".formatted(name, key, value.length(), valueSize));
                }
                requireKey(name, key, entries);
                if (!value.isZero()) {
                    full.put(key, value.resized(valueSize));
                }
            });
            init = Collections.unmodifiableSortedMap(full);
        }

        /// An array whose words are as large as its value size allows.
        public Array(String name, int valueSize, int entries, SortedMap<Integer, Bytes> init) {
            this(name, valueSize, entries, init, defaultWord(valueSize));
        }

        private static int defaultWord(int valueSize) {
            return Math.clamp(Integer.lowestOneBit(valueSize), 1, Long.BYTES);
        }

        boolean hasDefaultWord() {
            return word == defaultWord(valueSize);
        }

        /// The array with other values of another size; keeps its words if they divide that size.
        public Array with(int newSize, int newEntries, SortedMap<Integer, Bytes> newInit) {
            return hasDefaultWord() || newSize % word != 0 ? new Array(name, newSize, newEntries, newInit)
                    : new Array(name, newSize, newEntries, newInit, word);
        }

        /// The bytes in memory of a target with this byte order of whole values as a little-endian target holds them, and the reverse.
        public Bytes inMemory(Bytes values, ByteOrder order) {
            if (order == ByteOrder.LITTLE_ENDIAN || word == 1) {
                return values;
            }
            var turned = new byte[values.length()];
            for (int i = 0; i < turned.length; i++) {
                turned[i] = values.at(i ^ word - 1);
            }
            return Bytes.owning(turned);
        }

        @Override
        public long bytes() {
            return bytes(valueSize, entries);
        }

        static long bytes(int valueSize, int entries) {
            return (valueSize + 7L) / 8 * 8 * entries;
        }

        /// The distance from one value to the next: values start at multiples of 8 bytes, as in the kernel.
        public int stride() {
            return valueSize + 7 & -8;
        }
    }

    /// A program array (BPF_MAP_TYPE_PROG_ARRAY); slots missing in `slots` are empty; all others name programs of the case.
    record ProgArray(String name, int entries, SortedMap<Integer, String> slots) implements BpfMap {
        public ProgArray {
            requireName(name);
            requirePositive(name, "entries", entries);
            CaseLimits.requireMemory(name, bytes(entries));
            slots.keySet().forEach(key -> requireKey(name, key, entries));
            slots = Collections.unmodifiableSortedMap(new TreeMap<>(slots));
        }

        @Override
        public long bytes() {
            return bytes(entries);
        }

        static long bytes(int entries) {
            return (long) Long.BYTES * entries;
        }
    }

    private static void requirePositive(String map, String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("map %s: %s is %d, expected at least 1".formatted(map, what, value));
        }
    }

    private static void requireName(String name) {
        if (!Program.isName(name)) {
            throw new IllegalArgumentException("'%s' cannot name a map".formatted(name));
        }
    }

    private static void requireKey(String map, int key, int entries) {
        if (key < 0 || key >= entries) {
            throw new IllegalArgumentException("map %s: key %d is outside 0..%d".formatted(map, key, entries - 1));
        }
    }
}
