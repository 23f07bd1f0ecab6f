package dev.tailbound.jit.arm64;

/// Registers of compiled code with the same role in all kernels.
public final class Arm64Registers {
    // @formatter:off
    /// The hidden BPF register of rewritten code.
    public static final Register AX        = Register.X9;
    public static final Register TMP1      = Register.X10;
    public static final Register TMP2      = Register.X11;
    public static final Register TMP3      = Register.X12;
    /// R10.
    public static final Register FP        = Register.X25;
    /// The tail call counter or its address, depending on the scheme.
    public static final Register COUNTER   = Register.X26;
    /// In scheme `x26`: the lowest address of loads and stores relative to R10.
    public static final Register FP_BOTTOM = Register.X27;
    // @formatter:on

    private Arm64Registers() {}
}
