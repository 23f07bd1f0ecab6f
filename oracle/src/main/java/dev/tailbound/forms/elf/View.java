package dev.tailbound.forms.elf;

import dev.tailbound.isa.BadInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A part of a file. Numbers are little-endian; each read outside the part throws [BadInput].
///
/// @param file the file's name in messages
/// @param what the part's name in messages, such as `section .BTF`
record View(String file, String what, ByteBuffer bytes) {
    /// Longer than any name that a compiler writes in practice; limits the memory for names.
    static final int MAX_STRING = 1024;

    static View of(String file, String what, byte... bytes) {
        return new View(file, what, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    int size() {
        return bytes.limit();
    }

    int u8(long at) {
        return bytes.get(index(at, Byte.BYTES)) & 0xff;
    }

    int u16(long at) {
        return bytes.getShort(index(at, Short.BYTES)) & 0xffff;
    }

    int s32(long at) {
        return bytes.getInt(index(at, Integer.BYTES));
    }

    long u32(long at) {
        return Integer.toUnsignedLong(s32(at));
    }

    /// 64 bits; those above 2^63 are negative, and outside of every part.
    long u64(long at) {
        return bytes.getLong(index(at, Long.BYTES));
    }

    /// A smaller part.
    View part(String name, long at, long length) {
        if (length < 0 || length > size()) {
            throw bad("%s has %s bytes at offset 0x%x, expected at most %d".formatted(name, Long.toUnsignedString(length), at,
                    size()));
        }
        return new View(file, name, bytes.slice(index(at, (int) length), (int) length).order(ByteOrder.LITTLE_ENDIAN));
    }

    /// The string that ends with a zero byte.
    String string(long at) {
        int start = index(at, 1);
        int end = start;
        while (u8(end) != 0) {
            if (++end - start > MAX_STRING) {
                throw bad("the string at offset 0x%x has more than %d bytes".formatted(at, MAX_STRING));
            }
        }
        var text = new byte[end - start];
        bytes.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    byte[] copy(long at, long length) {
        var part = part(what, at, length);
        var copy = new byte[part.size()];
        part.bytes.get(0, copy);
        return copy;
    }

    BadInput bad(String complaint) {
        return new BadInput(file, what.isEmpty() ? complaint : what + ": " + complaint);
    }

    private int index(long at, int length) {
        if (at < 0 || at > size() - length) {
            throw bad("%d bytes at offset 0x%x are outside its %d bytes".formatted(length, at, size()));
        }
        return (int) at;
    }
}
