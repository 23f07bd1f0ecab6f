package dev.tailbound.cases;

import java.util.Collections;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// What every engine must observe, where the case says so; absent parts are not checked.
///
/// `rejected`, if not empty, is part of the reason for which the verifier must refuse the case; nothing else is expected then.
///
/// @param r0     all 64 bits of the result
/// @param retval the low 32 bits of the result, which is what a test run of a kernel reports
public record Expectation(OptionalLong r0, OptionalInt retval, OptionalInt tailCalls, SortedMap<Entry, Bytes> values,
        String rejected) {
    public static final Expectation NONE = new Expectation(OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty(),
            new TreeMap<>(), "");

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

    /// An expectation of all of the result, or nothing of it.
    public Expectation(OptionalLong r0, OptionalInt tailCalls, SortedMap<Entry, Bytes> values, String rejected) {
        this(r0, OptionalInt.empty(), tailCalls, values, rejected);
    }

    /// What a test run reports, and nothing else.
    public static Expectation ofRetval(int retval) {
        return new Expectation(OptionalLong.empty(), OptionalInt.of(retval), OptionalInt.empty(), new TreeMap<>(), "");
    }

    /// The case must be refused for a reason of which this is a part.
    public static Expectation ofRejection(String reason) {
        return new Expectation(OptionalLong.empty(), OptionalInt.empty(), new TreeMap<>(), reason);
    }
}
