package dev.tailbound.jit.arm64;

/// The registers of compiled code that hold the same thing in all kernels.
public final class Arm64Registers {
    // @formatter:off
    /// The hidden BPF register of rewritten code.
    public static final Register AX        = Register.X9;
    public static final Register TMP1      = Register.X10;
    public static final Register TMP2      = Register.X11;
    public static final Register TMP3      = Register.X12;
    /// R10.
    public static final Register FP        = Register.X25;
    /// The tail-call counter, or its address: as the scheme has it.
    public static final Register COUNTER   = Register.X26;
    /// Scheme `x26`: the lowest address that a load or store relative to R10 reaches.
    public static final Register FP_BOTTOM = Register.X27;
    // @formatter:on

    private Arm64Registers() {}
}
