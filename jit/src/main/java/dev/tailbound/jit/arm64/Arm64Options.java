package dev.tailbound.jit.arm64;

/// Code generation options besides the tail call scheme: the kernel's generation, its configuration, and the processor.
///
/// @param lse uses atomic instructions (FEAT_LSE) instead of loops of exclusive loads and stores
/// @param pac return addresses are signed (CONFIG_ARM64_PTR_AUTH_KERNEL)
/// @param bti landing pads for indirect branches (CONFIG_ARM64_BTI_KERNEL)
public record Arm64Options(KernelGeneration kernel, boolean lse, boolean pac, boolean bti) {

    /// Debian's kernels on a processor with all features; they are configured with PAC and without BTI.
    public static Arm64Options debian(KernelGeneration kernel) {
        return new Arm64Options(kernel, true, true, false);
    }

    public Arm64Options withLse(boolean lse) {
        return new Arm64Options(kernel, lse, pac, bti);
    }

    public Arm64Options withPac(boolean pac) {
        return new Arm64Options(kernel, lse, pac, bti);
    }

    public Arm64Options withBti(boolean bti) {
        return new Arm64Options(kernel, lse, pac, bti);
    }
}
