package dev.tailbound.jit.x86;

/// A memory operand `[base + 8*index + disp]` and the encoded size of its displacement.
///
/// @param index null if there is none
public record Address(Register base, Register index, int disp, Displacement size) {

    /// Sizes of the displacement field.
    public enum Displacement {
        NONE(0), BYTE(1), DWORD(2);

        private final int mod;

        Displacement(int mod) {
            this.mod = mod;
        }

        /// The `mod` field of ModRM (SDM 2A, table 2-2).
        int mod() {
            return mod;
        }
    }

    public Address {
        if (index == Register.RSP) {
            throw new IllegalArgumentException("rsp cannot be an index");
        }
        if (size == Displacement.NONE && (disp != 0 || base.low() == Register.RBP.low())) {
            throw new IllegalArgumentException("[%s + %d] needs a displacement".formatted(base, disp));
        }
        if (size == Displacement.BYTE && disp != (byte) disp) {
            throw new IllegalArgumentException("displacement %d does not fit 8 bits".formatted(disp));
        }
    }

    /// `[base]` without a displacement, which rbp and r13 cannot have.
    public static Address at(Register base) {
        return new Address(base, null, 0, Displacement.NONE);
    }

    /// `[base + disp]` with one byte of displacement if it fits, otherwise four; never without displacement, as in the kernel's JIT.
    public static Address at(Register base, int disp) {
        return new Address(base, null, disp, disp == (byte) disp ? Displacement.BYTE : Displacement.DWORD);
    }

    /// `[base + disp]` with four bytes of displacement.
    public static Address far(Register base, int disp) {
        return new Address(base, null, disp, Displacement.DWORD);
    }

    /// `[base + 8*index + disp]` with four bytes of displacement.
    public static Address indexed(Register base, Register index, int disp) {
        return new Address(base, index, disp, Displacement.DWORD);
    }
}
