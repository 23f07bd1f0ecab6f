package dev.tailbound.cases;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/// An immutable byte string, written in hex.
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] data;

    private Bytes(byte[] data) {
        this.data = data;
    }

    public static Bytes of(byte... data) {
        return new Bytes(data.clone());
    }

    /// The same without a copy; the caller must not modify the array afterwards.
    public static Bytes owning(byte... data) {
        return new Bytes(data);
    }

    /// Parses pairs of hex digits without separators; throws [IllegalArgumentException] on anything else.
    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    public int length() {
        return data.length;
    }

    public byte at(int index) {
        return data[index];
    }

    public byte[] toArray() {
        return data.clone();
    }

    public void copyTo(byte[] target, int offset) {
        System.arraycopy(data, 0, target, offset, data.length);
    }

    /// A copy of the bytes `[from, to)`.
    public Bytes slice(int from, int to) {
        Objects.checkFromToIndex(from, to, data.length);
        return new Bytes(Arrays.copyOfRange(data, from, to));
    }

    /// First index at which the two differ; the shorter one's length if it is a prefix of the other; -1 if they are equal.
    public int mismatch(Bytes other) {
        return Arrays.mismatch(data, other.data);
    }

    /// The same bytes, zero-padded or truncated to `length`.
    public Bytes resized(int length) {
        return length == data.length ? this : new Bytes(Arrays.copyOf(data, length));
    }

    public boolean isZero() {
        return significantLength() == 0;
    }

    /// The length without trailing zeros.
    public int significantLength() {
        int length = data.length;
        while (length > 0 && data[length - 1] == 0) {
            length--;
        }
        return length;
    }

    public String toHex() {
        return HexFormat.of().formatHex(data);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(data, bytes.data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return toHex();
    }
}
