package dev.tailbound.run;

/// Kernel semantics of the tail call limit.
public enum TailCallRule {
    /// Kernels from 6.12 on: one budget of 33 for the whole run; index, budget and slot are checked in this order, and only a taken tail call counts.
    V6_12("v6.12"),
    /// Kernel 6.1: each frame has a copy of the count. A call passes it to the callee, whose additions are lost on return; an empty slot counts too.
    /// A run's total is unlimited.
    V6_1("v6.1"),
    /// The JIT of MIPS: as 6.1, and an index out of range counts too. No subprograms take part.
    ALL_ATTEMPTS("all-attempts");

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
