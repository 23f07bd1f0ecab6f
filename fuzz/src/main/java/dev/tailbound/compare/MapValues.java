package dev.tailbound.compare;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import java.nio.ByteOrder;

/// Single values of an observed array map, as reports show them: up to eight bytes as a number, longer ones in hex.
public final class MapValues {
    private MapValues() {}

    /// The value of `key` within the bytes of all values of the map.
    public static Bytes value(BpfMap.Array array, Bytes all, int key) {
        int from = key * array.valueSize();
        return all.slice(from, from + array.valueSize());
    }

    public static String show(BpfMap.Array array, ByteOrder order, Bytes all, int key) {
        return show(array, order, value(array, all, key));
    }

    /// The first difference of two values: for values of more than eight bytes, the eight bytes around it, as ` bytes 8..15`.
    record Place(String name, Bytes expected, Bytes found) {
        static Place of(Bytes expected, Bytes found) {
            if (expected.length() <= Long.BYTES) {
                return new Place("", expected, found);
            }
            int at = Math.max(0, expected.mismatch(found)) / Long.BYTES * Long.BYTES;
            int to = Math.min(at + Long.BYTES, expected.length());
            return new Place(" bytes %d..%d".formatted(at, to - 1), expected.slice(at, to), found.slice(at, to));
        }

        /// A number for a short value; hex in memory order for a part of a longer one.
        String show(BpfMap.Array array, ByteOrder order, Bytes value) {
            return name.isEmpty() ? MapValues.show(array, order, value) : "hex " + value.toHex();
        }
    }

    private static String show(BpfMap.Array array, ByteOrder order, Bytes value) {
        return value.length() > Long.BYTES ? show(value) : show(array.inMemory(value, order));
    }

    /// A little-endian number for up to eight bytes, else hex.
    public static String show(Bytes value) {
        if (value.length() > Long.BYTES) {
            return "hex " + value.toHex();
        }
        long number = 0;
        for (int i = value.length() - 1; i >= 0; i--) {
            number = (number << 8) | (value.at(i) & 0xff);
        }
        return Long.toUnsignedString(number);
    }
}
