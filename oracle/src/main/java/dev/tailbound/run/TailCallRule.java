package dev.tailbound.run;

/// Whose tail-call counting defines a right run.
public enum TailCallRule {
    /// Kernels from 6.12 on: one budget of 33 for the whole run; index, budget and slot are tested in this order and only a taken tail call counts.
    V6_12("v6.12"),
    /// Kernel 6.1: each frame holds a copy of the count, a call hands it down and forgets what the callee added; an empty slot counts too.
    /// The number of tail calls of a run is not limited.
    V6_1("v6.1");

    /// `MAX_TAIL_CALL_CNT` in the kernel's include/linux/bpf.h.
    public static final int MAX_TAIL_CALL_CNT = 33;

    private final String word;

    TailCallRule(String word) {
        this.word = word;
    }

    /// The name on the command line.
    public String word() {
        return word;
    }
}
