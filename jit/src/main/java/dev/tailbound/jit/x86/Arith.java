package dev.tailbound.jit.x86;

/// A two-operand arithmetic instruction: opcode of `op r/m, r`, extension of `81 /n id` and `83 /n ib`, opcode of `op rax, id`.
///
/// SDM 2A and 2B, the instruction's page.
public enum Arith {
    // @formatter:off
    ADD(0x01, 0, 0x05),
    OR (0x09, 1, 0x0d),
    AND(0x21, 4, 0x25),
    SUB(0x29, 5, 0x2d),
    XOR(0x31, 6, 0x35),
    CMP(0x39, 7, 0x3d);
    // @formatter:on

    private final int register;
    private final int extension;
    private final int accumulator;

    Arith(int register, int extension, int accumulator) {
        this.register = register;
        this.extension = extension;
        this.accumulator = accumulator;
    }

    int register() {
        return register;
    }

    int extension() {
        return extension;
    }

    int accumulator() {
        return accumulator;
    }
}
