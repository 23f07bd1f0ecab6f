package dev.tailbound.jit.arm64;

import dev.tailbound.isa.Reg;
import dev.tailbound.jit.KernelRelease;
import dev.tailbound.jit.PerCpu;

/// Kernel generation whose JIT the backend reproduces, in everything except tail calls.
///
/// Measured in Debian's kernel images; [#V5_19] is the base of the patch for tail calls in subprograms.
public enum KernelGeneration {
    // @formatter:off
    //    patch site  near calls  R0           moves by orr  adds atomic offsets  CPU number in the task
    V5_19(false,      false,      Register.X7, false,        false,               0),
    V6_1 (true,       false,      Register.X7, false,        false,               0),
    V6_12(true,       true,       Register.X7, false,        false,               PerCpu.TASK_CPU_V6_12),
    V7_2 (true,       true,       Register.X8, true,         true,                PerCpu.TASK_CPU_V7_2);
    // @formatter:on

    private final boolean patchSite;
    private final boolean nearCalls;
    private final Register r0;
    private final boolean movesByOrr;
    private final boolean addsAtomicOffsets;
    private final int taskCpu;

    KernelGeneration(boolean patchSite, boolean nearCalls, Register r0, boolean movesByOrr, boolean addsAtomicOffsets,
            int taskCpu) {
        this.patchSite = patchSite;
        this.nearCalls = nearCalls;
        this.r0 = r0;
        this.movesByOrr = movesByOrr;
        this.addsAtomicOffsets = addsAtomicOffsets;
        this.taskCpu = taskCpu;
    }

    public static KernelGeneration of(KernelRelease release) {
        return switch (release) {
            case V6_1 -> V6_1;
            case V6_12 -> V6_12;
            case V7_2 -> V7_2;
        };
    }

    /// The register that a BPF register is mapped to.
    ///
    /// R1 to R5 are C's argument registers. R0 is not C's result register x0, because that is R1.
    public Register register(Reg reg) {
        return switch (reg) {
            case R0 -> r0;
            case R1 -> Register.X0;
            case R2 -> Register.X1;
            case R3 -> Register.X2;
            case R4 -> Register.X3;
            case R5 -> Register.X4;
            case R6 -> Register.X19;
            case R7 -> Register.X20;
            case R8 -> Register.X21;
            case R9 -> Register.X22;
            case R10 -> Arm64Registers.FP;
            case AX -> Arm64Registers.AX;
        };
    }

    /// Functions start with `mov x9, x30; nop`, the patch site for trampolines.
    public boolean hasPatchSite() {
        return patchSite;
    }

    /// Calls use `bl` if the target is in range.
    public boolean hasNearCalls() {
        return nearCalls;
    }

    /// Offset of the CPU number in the current task, with which the JIT inlines `bpf_get_smp_processor_id`; 0 if it does not.
    public int taskCpu() {
        return taskCpu;
    }

    /// Register moves use `orr` instead of `add #0`.
    public boolean movesByOrr() {
        return movesByOrr;
    }

    /// The address of an atomic operation is computed by one `add` if its offset fits.
    public boolean addsAtomicOffsets() {
        return addsAtomicOffsets;
    }
}
