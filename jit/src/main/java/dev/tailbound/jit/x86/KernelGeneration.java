package dev.tailbound.jit.x86;

import dev.tailbound.jit.KernelRelease;

/// Which kernel's JIT a backend writes like, where that is a matter of taste and not of tail calls.
///
/// Measured in the images of Debian's kernels; [#RFC_2020] is the state that the patches which let subprograms tail-call were first posted in.
public enum KernelGeneration {
    // @formatter:off
    //       empty frames  BMI2 shifts  sign-extended imm64  lock xchg  rax for helpers
    RFC_2020(true,         false,       false,               true,      true),
    V6_1    (false,        false,       false,               true,      true),
    V6_12   (false,        true,        true,                true,      true),
    V7_2    (false,        true,        true,                false,     false);
    // @formatter:on

    private final boolean emptyFrames;
    private final boolean bmi2Shifts;
    private final boolean signExtendedImm64;
    private final boolean locksXchg;
    private final boolean countsForHelpers;

    KernelGeneration(boolean emptyFrames, boolean bmi2Shifts, boolean signExtendedImm64, boolean locksXchg,
            boolean countsForHelpers) {
        this.emptyFrames = emptyFrames;
        this.bmi2Shifts = bmi2Shifts;
        this.signExtendedImm64 = signExtendedImm64;
        this.locksXchg = locksXchg;
        this.countsForHelpers = countsForHelpers;
    }

    public static KernelGeneration of(KernelRelease release) {
        return switch (release) {
            case V6_1 -> V6_1;
            case V6_12 -> V6_12;
            case V7_2 -> V7_2;
        };
    }

    /// Room for a BPF stack is made and given back even where there is none: `sub rsp, 0`, `add rsp, 0`.
    public boolean hasEmptyFrames() {
        return emptyFrames;
    }

    /// Shifts by a register use shlx, shrx and sarx where the processor has them; where not, a shift of rcx does not push it.
    public boolean hasBmi2Shifts() {
        return bmi2Shifts;
    }

    /// `ld_imm64` of a negative 32-bit number is a `mov` of four bytes of immediate, not of eight.
    public boolean hasSignExtendedImm64() {
        return signExtendedImm64;
    }

    /// `xchg` has the prefix that it does not need.
    public boolean locksXchg() {
        return locksXchg;
    }

    /// Calls of helpers, too, get the tail-call count in rax, which they ignore.
    public boolean countsForHelpers() {
        return countsForHelpers;
    }
}
