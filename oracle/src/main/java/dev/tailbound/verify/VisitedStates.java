package dev.tailbound.verify;

import java.util.ArrayList;
import java.util.List;

/// The states met at the joins of a program, so that no path is followed to where an explored one has been.
final class VisitedStates {
    // Per instruction; the one explored or matched last comes last and is tried first. Paths are taken up again in the reverse of the order in
    // which they were put aside, and meet the states explored last: a short memory forgets little.
    private static final int MEMORY = 32;
    // Of a path that is longer than this many joins only the beginning is remembered.
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

    /// Nothing new can follow from this state.
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

    /// Refuses a path that comes back to where it was: compared with the state of the last arrival whose number is a power of two, which a
    /// cycle of any length is bound to meet (Brent's algorithm).
    void checkProgress(int insn, PathState state) {
        var before = milestone[insn];
        if (before != null && !before.isExplored() && Subsumption.same(before.state(), state)) {
            throw new Rejection("infinite loop detected: the same state as before");
        }
    }

    /// States on the way here take up memory until all that follows is explored.
    boolean hasRoom() {
        return open < MAX_OPEN;
    }

    /// Keeps the state of a path that passes; it serves for comparison once explored.
    void keep(Checkpoint checkpoint) {
        int insn = checkpoint.insn();
        open++;
        arrivals[insn]++;
        if (Integer.bitCount(arrivals[insn]) == 1 || milestone[insn].isExplored()) {
            milestone[insn] = checkpoint;
        }
    }

    /// A path that passed the checkpoint last is at its end.
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
