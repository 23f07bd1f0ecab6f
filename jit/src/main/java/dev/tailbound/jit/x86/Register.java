package dev.tailbound.jit.x86;

import dev.tailbound.isa.Reg;

/// A general-purpose register, by its number in ModRM, SIB and opcodes (SDM 2A, table 2-2).
public enum Register {
    // @formatter:off
    RAX(0), RCX(1), RDX(2),  RBX(3),  RSP(4),  RBP(5),  RSI(6),  RDI(7),
    R8(8),  R9(9),  R10(10), R11(11), R12(12), R13(13), R14(14), R15(15);
    // @formatter:on

    /// A scratch register of the backend that no BPF register is mapped to.
    public static final Register SCRATCH = R11;

    private final int number;

    Register(int number) {
        this.number = number;
    }

    /// The register that a BPF register is mapped to; arguments are in the registers of the System V ABI.
    public static Register of(Reg reg) {
        return switch (reg) {
            case R0 -> RAX;
            case R1 -> RDI;
            case R2 -> RSI;
            case R3 -> RDX;
            case R4 -> RCX;
            case R5 -> R8;
            case R6 -> RBX;
            case R7 -> R13;
            case R8 -> R14;
            case R9 -> R15;
            case R10 -> RBP;
            case AX -> R10;
        };
    }

    /// All four bits, 0..15.
    public int number() {
        return number;
    }

    /// The three bits in ModRM, SIB or the opcode.
    int low() {
        return number & 7;
    }

    /// The fourth bit, in the prefix: 0 or 1.
    int high() {
        return number >> 3;
    }

    /// Its low byte (`spl`, `bpl`, `sil`, `dil`) needs a REX prefix; without it, the encoding means `ah` to `bh`.
    boolean lowByteNeedsRex() {
        return this == RSP || this == RBP || this == RSI || this == RDI;
    }
}
