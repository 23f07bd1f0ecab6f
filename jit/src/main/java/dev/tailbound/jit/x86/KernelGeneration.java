package dev.tailbound.jit.x86;

import dev.tailbound.jit.KernelRelease;

/// Kernel generation whose JIT the backend reproduces, in everything except tail calls.
///
/// Measured in Debian's kernel images; [#RFC_2020] is the first posted version of the patches for tail calls in subprograms.
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

    /// Frames without BPF stack also have `sub rsp, 0` and `add rsp, 0`.
    public boolean hasEmptyFrames() {
        return emptyFrames;
    }

    /// Shifts by a register use shlx, shrx and sarx if the processor has them; otherwise, a shift of rcx does not push rcx.
    public boolean hasBmi2Shifts() {
        return bmi2Shifts;
    }

    /// `ld_imm64` of a negative 32-bit number is a `mov` with a four-byte immediate.
    public boolean hasSignExtendedImm64() {
        return signExtendedImm64;
    }

    /// `xchg` has the redundant lock prefix.
    public boolean locksXchg() {
        return locksXchg;
    }

    /// Helper calls also set rax to the tail call count, which helpers ignore.
    public boolean countsForHelpers() {
        return countsForHelpers;
    }
}
