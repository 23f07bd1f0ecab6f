package dev.tailbound.isa;

/// A byte-order conversion: to little endian, to big endian, or an unconditional swap (RFC 9669, table 5).
public enum SwapOp {
    // @formatter:off
    LE   (0xd4, "le"),
    BE   (0xdc, "be"),
    BSWAP(0xd7, "bswap");
    // @formatter:on

    private final int opcode;
    private final String symbol;

    SwapOp(int opcode, String symbol) {
        this.opcode = opcode;
        this.symbol = symbol;
    }

    public int opcode() {
        return opcode;
    }

    /// The assembler's name without the width, such as `bswap`.
    public String symbol() {
        return symbol;
    }
}
