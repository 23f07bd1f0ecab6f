package dev.tailbound.cases;

import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// Results that every engine must observe; absent parts are not checked.
///
/// A non-empty `rejected` is a part of the reason with which the verifier must reject the case, or [#ANY_REASON]; it excludes other expectations.
///
/// @param values as a little-endian target holds them
/// @param r0     all 64 bits of the result
/// @param retval the low 32 bits of the result, which a test run of a kernel reports
public record Expectation(OptionalLong r0, OptionalInt retval, OptionalInt tailCalls, SortedMap<Entry, Bytes> values,
        String rejected) {
    public static final Expectation NONE = new Expectation(OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty(),
            new TreeMap<>(), "");

    /// The case must be rejected, for any reason.
    public static final String ANY_REASON = "*";

    /// A value of an array map: `map[key]`, by the map's index in the case.
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

    /// The result of a test run, and nothing else.
    public static Expectation ofRetval(int retval) {
        return new Expectation(OptionalLong.empty(), OptionalInt.of(retval), OptionalInt.empty(), new TreeMap<>(), "");
    }

    /// The case must be rejected for a reason of which this is a part.
    public static Expectation ofRejection(String reason) {
        return new Expectation(OptionalLong.empty(), OptionalInt.empty(), new TreeMap<>(), reason);
    }

    /// The case must be rejected, for any reason.
    public static Expectation rejectedForAnyReason() {
        return ofRejection(ANY_REASON);
    }

    /// The expectation with the values of these maps as a target with this byte order holds them in memory.
    public Expectation inMemory(List<BpfMap> maps, ByteOrder order) {
        var turned = new TreeMap<Entry, Bytes>();
        values.forEach((entry, value) -> {
            var array = (BpfMap.Array) maps.get(entry.map());
            turned.put(entry, array.inMemory(value.resized(array.valueSize()), order));
        });
        return new Expectation(r0, retval, tailCalls, turned, rejected);
    }

    public boolean expectsRejection() {
        return !rejected.isEmpty();
    }

    /// The verifier is expected to reject the case, and may do so for this reason.
    public boolean allowsRejection(String reason) {
        return expectsRejection() && (rejected.equals(ANY_REASON) || reason.contains(rejected));
    }
}
