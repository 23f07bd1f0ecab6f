package dev.tailbound.cases;

import dev.tailbound.isa.Program;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A map of a case, with its contents before the run; keys are 32-bit indices.
public sealed interface BpfMap {
    /// What a map may take in memory: values at their stride, or slots of eight bytes.
    int MAX_BYTES = 1 << 24;

    String name();

    /// `max_entries`, at least 1.
    int entries();

    /// An array map (BPF_MAP_TYPE_ARRAY); entries not in `init` start as zeros, values in `init` are `valueSize` bytes long and not all zero.
    record Array(String name, int valueSize, int entries, SortedMap<Integer, Bytes> init) implements BpfMap {
        public Array {
            requireName(name);
            requirePositive(name, "value size", valueSize);
            requirePositive(name, "entries", entries);
            requireMemory(name, (valueSize + 7L) / 8 * 8 * entries);
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

        /// The distance from one value to the next: values start at multiples of 8 bytes, as in the kernel.
        public int stride() {
            return valueSize + 7 & -8;
        }
    }

    /// A program array (BPF_MAP_TYPE_PROG_ARRAY); slots not in `slots` are empty, the others name programs of the case.
    record ProgArray(String name, int entries, SortedMap<Integer, String> slots) implements BpfMap {
        public ProgArray {
            requireName(name);
            requirePositive(name, "entries", entries);
            requireMemory(name, 8L * entries);
            slots.keySet().forEach(key -> requireKey(name, key, entries));
            slots = Collections.unmodifiableSortedMap(new TreeMap<>(slots));
        }
    }

    private static void requirePositive(String map, String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("map %s: %s is %d, expected at least 1".formatted(map, what, value));
        }
    }

    private static void requireMemory(String map, long bytes) {
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("map %s takes %d bytes, expected at most %d".formatted(map, bytes, MAX_BYTES));
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
