package dev.tailbound.verify;

import java.util.BitSet;

/// What the exploration of one program gathers for its facts.
final class Findings {
    private final BitSet reached = new BitSet();
    private final int[] stackDepth;
    private boolean leaksAddresses;

    Findings(int functions) {
        stackDepth = new int[functions];
    }

    BitSet reached() {
        return reached;
    }

    void reach(int insn) {
        reached.set(insn);
    }

    /// Bytes below R10 that a function uses.
    int stackDepth(int function) {
        return stackDepth[function];
    }

    void useStack(int function, int depth) {
        stackDepth[function] = Math.max(stackDepth[function], depth);
    }

    /// A value that depends on an address can now reach what a run observes.
    void leakAddress() {
        leaksAddresses = true;
    }

    boolean leaksAddresses() {
        return leaksAddresses;
    }
}
