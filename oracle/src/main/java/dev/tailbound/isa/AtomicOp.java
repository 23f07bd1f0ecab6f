package dev.tailbound.isa;

/// A read-modify-write operation on memory: the code in the immediate field (RFC 9669, table 13).
public enum AtomicOp {
    // @formatter:off
    ADD      (0x00),
    OR       (0x40),
    AND      (0x50),
    XOR      (0xa0),
    FETCH_ADD(0x01),
    FETCH_OR (0x41),
    FETCH_AND(0x51),
    FETCH_XOR(0xa1),
    XCHG     (0xe1),
    CMPXCHG  (0xf1);
    // @formatter:on

    private final int code;

    AtomicOp(int code) {
        this.code = code;
    }

    /// The instruction's immediate.
    public int code() {
        return code;
    }

    /// Returns the old value in a register: R0 for CMPXCHG, the source register for all others.
    public boolean fetches() {
        return (code & 1) != 0;
    }
}
