package dev.tailbound.jit.x86;

import dev.tailbound.jit.PokeProtocol;

/// What changes the code besides the program and the scheme: the kernel's generation, its configuration, and the processor.
///
/// @param bmi2        the processor has BMI2
/// @param landingPads `endbr64` where functions are entered and where tail calls land (CONFIG_X86_KERNEL_IBT)
/// @param pokes       how tail calls of known slots follow them
/// @param trampolines how functions that programs are attached to are called
public record X86Options(KernelGeneration kernel, boolean bmi2, boolean landingPads, PokeProtocol pokes,
        TrampolineStyle trampolines) {

    public X86Options(KernelGeneration kernel, boolean bmi2, boolean landingPads) {
        this(kernel, bmi2, landingPads, PokeProtocol.KERNEL, TrampolineStyle.KERNEL);
    }

    /// Debian's kernels, booted with `mitigations=off` on a processor with everything: 6.1 has no landing pads, later ones have.
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
