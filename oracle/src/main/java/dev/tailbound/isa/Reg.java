package dev.tailbound.isa;

/// A BPF register: R0 result, R1..R5 arguments, R6..R9 preserved over calls, R10 the read-only frame pointer.
///
/// RFC 9669, section 2.1.
public enum Reg implements Operand {
    // @formatter:off
    R0(0), R1(1), R2(2), R3(3), R4(4), R5(5), R6(6), R7(7), R8(8), R9(9), R10(10),
    // @formatter:on

    /// The hidden scratch register of rewritten code, numbered as in kernels up to 6.12; programs cannot use it.
    AX(11);

    /// R1..R5 as a register set: arguments of calls.
    public static final int ARGUMENTS = R1.bit() | R2.bit() | R3.bit() | R4.bit() | R5.bit();
    /// R0..R5 as a register set: calls do not preserve them.
    public static final int CALLER_SAVED = R0.bit() | ARGUMENTS;
    /// R6..R9 as a register set: calls preserve them.
    public static final int CALLEE_SAVED = R6.bit() | R7.bit() | R8.bit() | R9.bit();

    private static final Reg[] ALL = values();

    private final int number;

    Reg(int number) {
        this.number = number;
    }

    /// The register with this number in an instruction's register field, 0..10.
    public static Reg of(int number) {
        if (number < 0 || number > R10.number) {
            throw new IllegalArgumentException("register number " + number + " is outside 0..10");
        }
        return ALL[number];
    }

    /// The number in the register fields.
    public int number() {
        return number;
    }

    /// The assembler's name: `r3`, or `w3` for its low half; `ax` cannot be parsed back.
    public String symbol(Width width) {
        return this == AX ? "ax" : (width == Width.W64 ? "r" : "w") + number();
    }

    /// This register as a bit of a register set, see [Insn#registers()].
    public int bit() {
        return 1 << number;
    }
}
