package dev.tailbound.jit.arm64;

/// The condition of `b.cond`, with its code (ARM ARM C1.2.4).
public enum Condition {
    // @formatter:off
    EQ(0b0000), NE(0b0001),
    /// Unsigned `>=`; an alias is CS.
    HS(0b0010),
    /// Unsigned `<`; an alias is CC.
    LO(0b0011),
    /// Unsigned `>` and `<=`.
    HI(0b1000), LS(0b1001),
    /// Signed comparisons.
    GE(0b1010), LT(0b1011), GT(0b1100), LE(0b1101);
    // @formatter:on

    private final int code;

    Condition(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
