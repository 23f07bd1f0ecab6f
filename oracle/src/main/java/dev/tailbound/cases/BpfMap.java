package dev.tailbound.cases;

import dev.tailbound.isa.Program;
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
    record Array(String name, int valueSize, int entries, SortedMap<Integer, Bytes> init) implements BpfMap {
        public Array {
            requireName(name);
            requirePositive(name, "value size", valueSize);
            requirePositive(name, "entries", entries);
            CaseLimits.requireMemory(name, bytes(valueSize, entries));
            var full = new TreeMap<Integer, Bytes>();
            init.forEach((key, value) -> {
                if (value.length() > valueSize) {
                    throw new IllegalArgumentException("map %s: value %d has %d bytes, expected at most %d"
                            .formatted(name, key, value.length(), valueSize));
                }
                requireKey(name, key, entries);
                if (!value.isZero()) {
                    full.put(key, value.resized(valueSize));
                }
            });
            init = Collections.unmodifiableSortedMap(full);
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
