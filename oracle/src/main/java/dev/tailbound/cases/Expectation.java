package dev.tailbound.cases;

import java.util.Collections;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// What every engine must observe, where the case says so; absent parts are not checked.
///
/// `rejected`, if not empty, is part of the reason for which the verifier must refuse the case; nothing else is expected then.
public record Expectation(OptionalLong r0, OptionalInt tailCalls, SortedMap<Entry, Bytes> values, String rejected) {
    public static final Expectation NONE = new Expectation(OptionalLong.empty(), OptionalInt.empty(), new TreeMap<>(), "");

    /// A value of an array map: `map[key]`, by the map's position in the case.
    public record Entry(int map, int key) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return map != other.map ? Integer.compare(map, other.map) : Integer.compare(key, other.key);
        }
    }

    public Expectation {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
}
