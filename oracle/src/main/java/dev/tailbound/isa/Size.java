package dev.tailbound.isa;

/// The size of a memory access, with its code in the opcode's bits 3 and 4 (RFC 9669, table 9).
public enum Size {
    // @formatter:off
    B (1, 0x10),
    H (2, 0x08),
    W (4, 0x00),
    DW(8, 0x18);
    // @formatter:on

    private final int bytes;
    private final int code;

    Size(int bytes, int code) {
        this.bytes = bytes;
        this.code = code;
    }

    public int bytes() {
        return bytes;
    }

    public int bits() {
        return 8 * bytes;
    }

    public int code() {
        return code;
    }
}
