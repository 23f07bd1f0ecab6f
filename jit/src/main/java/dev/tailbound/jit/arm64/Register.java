package dev.tailbound.jit.arm64;

/// A general-purpose register; number 31 in an instruction's field means [#SP] or [#ZR], depending on the instruction.
public enum Register {
    // @formatter:off
    X0 (0), X1 (1), X2 (2), X3 (3),
    X4 (4), X5 (5), X6 (6), X7 (7),
    X8 (8), X9 (9), X10(10), X11(11),
    X12(12), X13(13), X14(14), X15(15),
    X16(16), X17(17), X18(18), X19(19),
    X20(20), X21(21), X22(22), X23(23),
    X24(24), X25(25), X26(26), X27(27),
    X28(28),
    /// The frame record's address (AAPCS64, 6.2.3).
    X29(29),
    /// The link register.
    X30(30),
    SP (31), ZR (31);
    // @formatter:on

    private final int number;

    Register(int number) {
        this.number = number;
    }

    /// The number for a field in which 31 is the zero register; the stack pointer is not allowed there.
    int numberOrZr() {
        if (this == SP) {
            throw new IllegalArgumentException("sp in a field that takes x0..x30 or zr");
        }
        return number;
    }

    /// The number for a field in which 31 is the stack pointer; the zero register is not allowed there.
    int numberOrSp() {
        if (this == ZR) {
            throw new IllegalArgumentException("zr in a field that takes x0..x30 or sp");
        }
        return number;
    }
}
