package dev.tailbound.jit.x86;

import dev.tailbound.jit.PokeProtocol;

/// Code generation options besides the tail call scheme: the kernel's generation, its configuration, and the processor.
///
/// @param bmi2        the processor has BMI2
/// @param landingPads `endbr64` at function entries and tail call landing points (CONFIG_X86_KERNEL_IBT)
/// @param pokes       protocol for patching direct tail calls
/// @param trampolines variant of trampoline code
public record X86Options(KernelGeneration kernel, boolean bmi2, boolean landingPads, PokeProtocol pokes,
        TrampolineStyle trampolines) {

    public X86Options(KernelGeneration kernel, boolean bmi2, boolean landingPads) {
        this(kernel, bmi2, landingPads, PokeProtocol.KERNEL, TrampolineStyle.KERNEL);
    }

    /// Debian's kernels, booted with `mitigations=off` on a processor with all features; only 6.1 has no landing pads.
    public static X86Options debian(KernelGeneration kernel) {
        return new X86Options(kernel, true, kernel != KernelGeneration.V6_1);
    }

    public X86Options withBmi2(boolean bmi2) {
        return new X86Options(kernel, bmi2, landingPads, pokes, trampolines);
    }

    public X86Options withLandingPads(boolean landingPads) {
        return new X86Options(kernel, bmi2, landingPads, pokes, trampolines);
    }

    public X86Options withPokes(PokeProtocol pokes) {
        return new X86Options(kernel, bmi2, landingPads, pokes, trampolines);
    }

    public X86Options withTrampolines(TrampolineStyle trampolines) {
        return new X86Options(kernel, bmi2, landingPads, pokes, trampolines);
    }
}
