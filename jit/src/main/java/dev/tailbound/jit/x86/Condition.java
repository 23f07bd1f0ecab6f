package dev.tailbound.jit.x86;

/// A condition code, the low four bits of `jcc` opcodes (SDM 2D, table B-10).
public enum Condition {
    // @formatter:off
    B (0x2), AE(0x3),
    E (0x4), NE(0x5),
    BE(0x6), A (0x7),
    L (0xc), GE(0xd),
    LE(0xe), G (0xf);
    // @formatter:on

    private final int code;

    Condition(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
