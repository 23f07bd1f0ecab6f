package dev.tailbound.compare;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import java.util.Arrays;

/// Single values of an observed array map, as reports show them: numbers up to eight bytes, hex beyond.
public final class MapValues {
    private MapValues() {}

    /// The value of `key` out of all values of the map.
    public static Bytes value(BpfMap.Array array, Bytes all, int key) {
        int from = key * array.valueSize();
        return Bytes.of(Arrays.copyOfRange(all.toArray(), from, from + array.valueSize()));
    }

    public static String show(BpfMap.Array array, Bytes all, int key) {
        return show(value(array, all, key));
    }

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
