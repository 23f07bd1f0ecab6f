package dev.tailbound.isa;

/// A BPF register: R0 result, R1..R5 arguments, R6..R9 preserved over calls, R10 the read-only frame pointer (RFC 9669, section 2.1).
public enum Reg implements Operand {
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10,
    /// The hidden scratch register of rewritten code; no program can name it.
    AX;

    private static final Reg[] ALL = values();

    /// The register with this number in an instruction's register field, 0..10.
    public static Reg of(int number) {
        if (number < 0 || number > 10) {
            throw new IllegalArgumentException("register number " + number + " is outside 0..10");
        }
        return ALL[number];
    }

    /// The number in the register fields; for [#AX] one above R10, as kernels up to 6.12 have it.
    public int number() {
        return ordinal();
    }

    /// This register as a bit of a register set, see [Insn#registers()].
    public int bit() {
        return 1 << ordinal();
    }
}
