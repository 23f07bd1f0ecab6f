package dev.tailbound.isa;

/// The condition of a conditional jump: opcode bits and the assembler's operator (RFC 9669, table 6).
public enum Cond {
    // @formatter:off
    EQ (0x10, "=="),
    GT (0x20, ">"),
    GE (0x30, ">="),
    SET(0x40, "&"),
    NE (0x50, "!="),
    SGT(0x60, "s>"),
    SGE(0x70, "s>="),
    LT (0xa0, "<"),
    LE (0xb0, "<="),
    SLT(0xc0, "s<"),
    SLE(0xd0, "s<=");
    // @formatter:on

    private final int code;
    private final String symbol;

    Cond(int code, String symbol) {
        this.code = code;
        this.symbol = symbol;
    }

    /// Bits 4..7 of the opcode.
    public int code() {
        return code;
    }

    /// The operator of LLVM's assembler, such as `s>=`.
    public String symbol() {
        return symbol;
    }
}
