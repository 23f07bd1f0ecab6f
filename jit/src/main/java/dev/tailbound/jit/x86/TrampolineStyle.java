package dev.tailbound.jit.x86;

/// Variants of trampoline code.
///
/// @param keepCount    preserves rax, which passes on the tail call count, until the function runs (2b5dcb31a19a, 6.7)
/// @param throughStack calls the function through the address on the stack (`BPF_TRAMP_F_ORIG_STACK`) instead of directly
public record TrampolineStyle(boolean keepCount, boolean throughStack) {
    public static final TrampolineStyle KERNEL = new TrampolineStyle(true, false);

    public TrampolineStyle withKeepCount(boolean keepCount) {
        return new TrampolineStyle(keepCount, throughStack);
    }

    public TrampolineStyle withThroughStack(boolean throughStack) {
        return new TrampolineStyle(keepCount, throughStack);
    }
}
