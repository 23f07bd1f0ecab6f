package dev.tailbound.run.interp;

import dev.tailbound.run.interp.Taint.Addressed;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Tainted bits of one object's bytes, in the byte order of the target. A map, because few bytes are tainted.
final class TaintedBytes {
    private static final int WORD = Long.BYTES;

    private final Map<Integer, Byte> bits = new HashMap<>();
    /// Whole pointers, by their offsets.
    private final Map<Integer, Addressed> pointers = new HashMap<>();

    private boolean isBigEndian;

    void setOrder(ByteOrder order) {
        isBigEndian = order == ByteOrder.BIG_ENDIAN;
    }

    void clear() {
        bits.clear();
        pointers.clear();
    }

    /// Clears the taint of overwritten bytes.
    void clean(int offset, int count) {
        if (bits.isEmpty()) {
            return;
        }
        for (int at = offset; at < offset + count; at++) {
            bits.remove(at);
        }
        pointers.keySet().removeIf(at -> at > offset - WORD && at < offset + count);
    }

    /// Sets the taint after a store of the value's low bytes.
    void store(int offset, int count, Taint stored) {
        clean(offset, count);
        for (int i = 0; i < count; i++) {
            byte tainted = (byte) (stored.bits() >>> shift(i, count));
            if (tainted != 0) {
                bits.put(offset + i, tainted);
            }
        }
        if (count == WORD && stored.object() != null) {
            pointers.put(offset, stored.object());
        }
    }

    /// Taint of a load of the bytes, whose result is `value`, zero-extended.
    Taint load(int offset, int count, long value) {
        return new Taint(value, bits(offset, count), count == WORD ? pointers.get(offset) : null);
    }

    /// Mask of the tainted bits in up to eight bytes.
    long bits(int offset, int count) {
        long all = 0;
        for (int i = 0; i < count && !bits.isEmpty(); i++) {
            all |= (bits.getOrDefault(offset + i, (byte) 0) & 0xffL) << shift(i, count);
        }
        return all;
    }

    /// Position in a number of `count` bytes of the lowest bit of its byte at `index`.
    private int shift(int index, int count) {
        return Byte.SIZE * (isBigEndian ? count - 1 - index : index);
    }

    /// The object that eight bytes point to; null if they are no pointer.
    Addressed pointee(int offset) {
        return pointers.get(offset);
    }

    /// Copies the taint of bytes that are copied from elsewhere.
    void copy(int offset, int count, TaintedBytes from, int start) {
        // Collected before cleaning: source and target may overlap.
        var copiedBits = new HashMap<Integer, Byte>();
        var copiedPointers = new HashMap<Integer, Addressed>();
        from.bits.forEach((at, tainted) -> {
            if (at >= start && at < start + count) {
                copiedBits.put(at - start + offset, tainted);
            }
        });
        from.pointers.forEach((at, pointee) -> {
            if (at >= start && at + WORD <= start + count) {
                copiedPointers.put(at - start + offset, pointee);
            }
        });
        clean(offset, count);
        bits.putAll(copiedBits);
        pointers.putAll(copiedPointers);
    }

    /// Offsets of all bytes with a tainted bit.
    BitSet offsets() {
        var offsets = new BitSet();
        bits.keySet().forEach(offsets::set);
        return offsets;
    }
}
