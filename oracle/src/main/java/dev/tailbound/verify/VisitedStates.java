package dev.tailbound.verify;

import java.util.ArrayList;
import java.util.List;

/// States kept at the joins of a program, so that a path ends where an explored state covers it.
final class VisitedStates {
    // Maximum number of states per instruction; the last explored or matched state is last and tried first. Exploration is depth-first, so paths
    // mostly meet the newest states and few are enough.
    private static final int MEMORY = 32;
    // Only so many first joins of a path are kept.
    private static final int MAX_OPEN = 100_000;

    private final List<List<Checkpoint>> explored;
    private final Checkpoint[] milestone;
    private final int[] arrivals;
    private final Subsumption subsumption;
    private int open;

    VisitedStates(int insns, Subsumption subsumption) {
        explored = new ArrayList<>(insns);
        for (int i = 0; i < insns; i++) {
            explored.add(null);
        }
        milestone = new Checkpoint[insns];
        arrivals = new int[insns];
        this.subsumption = subsumption;
    }

    /// An explored state covers this one.
    boolean isCovered(int insn, PathState state) {
        var candidates = explored.get(insn);
        if (candidates == null) {
            return false;
        }
        for (int i = candidates.size() - 1; i >= 0; i--) {
            var candidate = candidates.get(i);
            if (subsumption.covers(candidate.state(), state)) {
                Subsumption.demandAlike(candidate.state(), state);
                candidates.remove(i);
                candidates.add(candidate);
                return true;
            }
        }
        return false;
    }

    /// Rejects infinite loops: compares the state with that of the last arrival whose number is a power of two, which finds cycles of any length
    /// (Brent's algorithm).
    void checkProgress(int insn, PathState state) {
        var before = milestone[insn];
        if (before != null && !before.isExplored() && Subsumption.same(before.state(), state)) {
            throw new Rejection("infinite loop detected: the same state as before");
        }
    }

    /// Limits memory: states are kept until all paths from them are explored.
    boolean hasRoom() {
        return open < MAX_OPEN;
    }

    /// Keeps a state; it is used for comparison once explored.
    void keep(Checkpoint checkpoint) {
        int insn = checkpoint.insn();
        open++;
        arrivals[insn]++;
        if (Integer.bitCount(arrivals[insn]) == 1 || milestone[insn].isExplored()) {
            milestone[insn] = checkpoint;
        }
    }

    /// Closes a path whose last checkpoint was `last`.
    void close(Checkpoint last) {
        for (var checkpoint = last; checkpoint != null;) {
            var parent = checkpoint.close();
            if (checkpoint.isExplored()) {
                open--;
                remember(checkpoint);
            }
            checkpoint = parent;
        }
    }

    private void remember(Checkpoint checkpoint) {
        var states = explored.get(checkpoint.insn());
        if (states == null) {
            states = new ArrayList<>();
            explored.set(checkpoint.insn(), states);
        }
        if (states.size() == MEMORY) {
            states.removeFirst();
        }
        states.add(checkpoint);
    }
}
