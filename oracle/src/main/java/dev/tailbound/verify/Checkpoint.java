package dev.tailbound.verify;

/// A state kept for comparison, and how much of what follows from it is still to be explored.
final class Checkpoint {
    private final int insn;
    private final PathState state;
    // Null once everything is explored: then only the comparison matters.
    private Checkpoint parent;
    private int open = 1;

    /// @param parent the checkpoint that the path passed before, or null
    Checkpoint(int insn, PathState state, Checkpoint parent) {
        this.insn = insn;
        this.state = state;
        this.parent = parent;
    }

    int insn() {
        return insn;
    }

    PathState state() {
        return state;
    }

    boolean isExplored() {
        return open == 0;
    }

    /// One more path to explore starts after here.
    void fork() {
        open++;
    }

    /// One path less; gives the parent to go on with if this was the last one, null otherwise.
    Checkpoint close() {
        if (--open > 0) {
            return null;
        }
        var before = parent;
        parent = null;
        return before;
    }
}
