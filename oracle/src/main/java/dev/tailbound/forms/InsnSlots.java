package dev.tailbound.forms;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Eight-byte slots in either byte order.
final class InsnSlots {
    private InsnSlots() {}

    /// The same instructions for the other byte order: the registers' halves of a byte change places, and the bytes of offsets and immediates.
    static byte[] swapped(byte[] code) {
        var big = ByteBuffer.wrap(code).order(ByteOrder.BIG_ENDIAN);
        var little = ByteBuffer.allocate(code.length).order(ByteOrder.LITTLE_ENDIAN);
        while (big.remaining() >= Long.BYTES) {
            little.put(big.get());
            byte registers = big.get();
            little.put((byte) (registers << 4 | (registers >> 4 & 0xf)));
            little.putShort(big.getShort()).putInt(big.getInt());
        }
        return little.array();
    }
}
