package dev.tailbound.jit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A growable buffer for machine code, little-endian.
public final class CodeBuffer {
    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[256];
    private int size;

    public int size() {
        return size;
    }

    /// Appends the low 8 bits of `value`.
    public void u8(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
    }

    /// Appends the low 16 bits of `value`.
    public void u16(int value) {
        int at = grow(2);
        U16.set(bytes, at, (short) value);
    }

    public void u32(int value) {
        int at = grow(4);
        U32.set(bytes, at, value);
    }

    public void u64(long value) {
        int at = grow(8);
        U64.set(bytes, at, value);
    }

    /// Appends `code[from..to-1]`.
    public void append(byte[] code, int from, int to) {
        int at = grow(to - from);
        System.arraycopy(code, from, bytes, at, to - from);
    }

    /// The byte at `offset`, unsigned.
    public int u8At(int offset) {
        return Byte.toUnsignedInt(bytes[checked(offset, 1)]);
    }

    public int u32At(int offset) {
        return (int) U32.get(bytes, checked(offset, 4));
    }

    /// Overwrites one written byte.
    public void patchU8(int offset, int value) {
        bytes[checked(offset, 1)] = (byte) value;
    }

    /// Overwrites four written bytes.
    public void patchU32(int offset, int value) {
        U32.set(bytes, checked(offset, 4), value);
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /// Adds space for `count` bytes and returns its offset.
    private int grow(int count) {
        int at = size;
        size += count;
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
        }
        return at;
    }

    private int checked(int offset, int count) {
        if (offset < 0 || offset > size - count) {
            throw new IndexOutOfBoundsException(
                    "offset %d: expected %d written bytes there, found %d in all".formatted(offset, count, size));
        }
        return offset;
    }
}
