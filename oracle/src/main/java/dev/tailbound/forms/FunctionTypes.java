package dev.tailbound.forms;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// BTF of a program's functions, each of which returns `int` (include/uapi/linux/btf.h). Kernels accept tail calls only in subprograms with such types.
final class FunctionTypes {
    /// Type of the first function; the others follow.
    static final int FIRST = 3;

    private static final int MAGIC = 0xeb9f;
    private static final int HEADER = 24;
    private static final int INT = 1 << 24;
    private static final int SIGNED_32_BITS = 1 << 24 | 32;
    private static final int FUNC = 12 << 24;
    private static final int FUNC_PROTO = 13 << 24;
    private static final byte[] NAMES = "\0int\0function\0".getBytes(StandardCharsets.US_ASCII);
    private static final int NAME_OF_INT = 1;
    private static final int NAME_OF_FUNCTION = 5;

    private FunctionTypes() {}

    static byte[] of(int functions) {
        int types = 4 * (4 + 3 + 3 * functions);
        var btf = ByteBuffer.allocate(HEADER + types + NAMES.length).order(ByteOrder.LITTLE_ENDIAN);
        btf.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER).putInt(0).putInt(types).putInt(types)
                .putInt(NAMES.length);
        btf.putInt(NAME_OF_INT).putInt(INT).putInt(4).putInt(SIGNED_32_BITS);
        btf.putInt(0).putInt(FUNC_PROTO).putInt(1);
        for (int i = 0; i < functions; i++) {
            btf.putInt(NAME_OF_FUNCTION).putInt(FUNC).putInt(2);
        }
        return btf.put(NAMES).array();
    }
}
