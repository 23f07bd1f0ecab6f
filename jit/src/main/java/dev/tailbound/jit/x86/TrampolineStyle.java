package dev.tailbound.jit.x86;

/// How trampolines are written.
///
/// @param keepCount    rax, which hands on the tail-call count, is the same when the function runs as when it was called (2b5dcb31a19a, 6.7)
/// @param throughStack the function is called by the address on the stack (`BPF_TRAMP_F_ORIG_STACK`), not by its own
public record TrampolineStyle(boolean keepCount, boolean throughStack) {
    public static final TrampolineStyle KERNEL = new TrampolineStyle(true, false);

    public TrampolineStyle withKeepCount(boolean keepCount) {
        return new TrampolineStyle(keepCount, throughStack);
    }

    public TrampolineStyle withThroughStack(boolean throughStack) {
        return new TrampolineStyle(keepCount, throughStack);
    }
}
