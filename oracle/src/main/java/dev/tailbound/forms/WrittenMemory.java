package dev.tailbound.forms;

import dev.tailbound.cases.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/// Memory that a program writes byte by byte, little-endian; unwritten bytes are zero.
final class WrittenMemory {
    /// Longest run of bytes that is read at once.
    private static final int LONGEST = 1 << 12;

    private final Map<Long, Byte> bytes = new HashMap<>();
    private final Map<Long, String> results = new HashMap<>();

    /// Writes the low bytes of a value.
    void write(long address, int size, long value) {
        for (int i = 0; i < size; i++) {
            bytes.put(address + i, (byte) (value >> (i * Byte.SIZE)));
            results.remove(address + i);
        }
    }

    /// Writes the result of a call, which is no number yet.
    void writeResult(long address, int size, String result) {
        write(address, size, 0);
        results.put(address, result);
    }

    long read(long address, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = (value << Byte.SIZE) | (bytes.getOrDefault(address + i, (byte) 0) & 0xff);
        }
        return value;
    }

    /// Whether any of these bytes has been written.
    boolean isWritten(long address, int size) {
        for (int i = 0; i < size; i++) {
            if (bytes.containsKey(address + i)) {
                return true;
            }
        }
        return false;
    }

    /// The bytes written from an address on, without a gap.
    Bytes bytes(long address) {
        var run = new ByteArrayOutputStream();
        for (long at = address; bytes.containsKey(at) && run.size() < LONGEST; at++) {
            run.write(bytes.get(at));
        }
        return Bytes.of(run.toByteArray());
    }

    /// The result of a call that is written here; empty if there is none.
    String result(long address) {
        return results.getOrDefault(address, "");
    }
}
