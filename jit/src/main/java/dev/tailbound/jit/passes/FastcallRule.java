package dev.tailbound.jit.passes;

/// Which spills and fills around `bpf_fastcall` calls may go: the rule of kernels, and what was debated or done instead.
public enum FastcallRule {
    // @formatter:off
    /// The contract: each pattern spills to the lowest slots of its subprogram, the lowest one next to the call; nothing but patterns touches the
    /// slots of any pattern, and nothing jumps into one. A breach disables the subprogram.
    CONTRACT ("fastcall"),
    /// As in kernels 6.12: a jump into a pattern, around its spills, is not looked for.
    ENTERED  ("fastcall-entered"),
    /// As in kernels from 6.12 on: where patterns have different numbers of spills, only the slots of the shortest are watched.
    SHORTEST ("fastcall-shortest"),
    /// Debated: patterns may lie anywhere, but all of a subprogram at the same offset, else it is disabled.
    EQUAL    ("fastcall-equal"),
    /// Debated: a breach of the contract disables the whole program.
    PROGRAM  ("fastcall-program"),
    /// Debated: nothing is disabled while the program is verified; each pattern is checked when its spills are to be removed.
    FOLLOW_UP("fastcall-follow-up"),
    /// Debated: a fill goes where its spill is the only instruction that defines it, and nothing else reads what that wrote.
    DEFINING ("fastcall-defining");
    // @formatter:on

    private final String word;

    FastcallRule(String word) {
        this.word = word;
    }

    /// The name on the command line.
    public String word() {
        return word;
    }
}
