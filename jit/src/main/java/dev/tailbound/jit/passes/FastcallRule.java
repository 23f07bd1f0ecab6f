package dev.tailbound.jit.passes;

/// Rules for removing spills and fills around `bpf_fastcall` calls: the contract, kernel implementations, and alternatives that were discussed.
public enum FastcallRule {
    // @formatter:off
    /// The contract: each pattern spills to the lowest slots of its subprogram, the lowest next to the call; only patterns access these slots, and
    /// nothing jumps into a pattern. A violation disables the subprogram.
    CONTRACT ("fastcall"),
    /// As in kernel 6.12: does not check for jumps into a pattern past its spills.
    ENTERED  ("fastcall-entered"),
    /// As in kernels from 6.12 on: if patterns have different numbers of spills, only the slots of the shortest are checked.
    SHORTEST ("fastcall-shortest"),
    /// Discussed: patterns may use any offset, but the same one within a subprogram, or it is disabled.
    EQUAL    ("fastcall-equal"),
    /// Discussed: a violation disables the whole program.
    PROGRAM  ("fastcall-program"),
    /// Discussed: verification disables nothing; each pattern is checked when its spills are removed.
    FOLLOW_UP("fastcall-follow-up"),
    /// Discussed: a fill is removed if its spill is its only definition and nothing else reads the spilled value.
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
