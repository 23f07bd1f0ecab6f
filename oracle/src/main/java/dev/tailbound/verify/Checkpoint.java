package dev.tailbound.verify;

/// A state kept for subsumption checks, with the number of paths from it that are still unexplored.
final class Checkpoint {
    private final int insn;
    private final PathState state;
    // Null once all paths are explored: only the state is needed then.
    private Checkpoint parent;
    private int open = 1;

    /// @param parent the previous checkpoint of the path, or null
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

    /// Adds an unexplored path that forks after this checkpoint.
    void fork() {
        open++;
    }

    /// Removes an unexplored path. If it was the last, returns the parent, whose count drops too; otherwise null.
    Checkpoint close() {
        if (--open > 0) {
            return null;
        }
        var before = parent;
        parent = null;
        return before;
    }
}
