package dev.tailbound.isa;

/// A two-operand arithmetic operation: opcode bits, the offset field that selects the signed form, and the assembler's operator.
///
/// RFC 9669, table 4. Moves, negation and byte swaps read one operand and are separate instructions.
public enum AluOp {
    // @formatter:off
    ADD (0x00, 0, "+="),
    SUB (0x10, 0, "-="),
    MUL (0x20, 0, "*="),
    DIV (0x30, 0, "/="),
    SDIV(0x30, 1, "s/="),
    OR  (0x40, 0, "|="),
    AND (0x50, 0, "&="),
    LSH (0x60, 0, "<<="),
    RSH (0x70, 0, ">>="),
    MOD (0x90, 0, "%="),
    SMOD(0x90, 1, "s%="),
    XOR (0xa0, 0, "^="),
    ARSH(0xc0, 0, "s>>=");
    // @formatter:on

    private final int code;
    private final int off;
    private final String symbol;

    AluOp(int code, int off, String symbol) {
        this.code = code;
        this.off = off;
        this.symbol = symbol;
    }

    /// Bits 4..7 of the opcode.
    public int code() {
        return code;
    }

    /// The value of the offset field: 1 for the signed divisions.
    public int off() {
        return off;
    }

    /// The operator of LLVM's assembler, such as `s>>=`.
    public String symbol() {
        return symbol;
    }

    /// A shift; its immediate must be below the width.
    public boolean isShift() {
        return this == LSH || this == RSH || this == ARSH;
    }

    /// A division or remainder; its immediate must not be zero.
    public boolean isDivision() {
        return this == DIV || this == SDIV || this == MOD || this == SMOD;
    }
}
