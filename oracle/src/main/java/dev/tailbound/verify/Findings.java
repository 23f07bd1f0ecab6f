package dev.tailbound.verify;

import dev.tailbound.verify.ProgramFacts.Slot;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the exploration of one program gathers for its facts.
final class Findings {
    private final BitSet reached = new BitSet();
    private final int[] stackDepth;
    private final Map<Integer, Optional<Slot>> slots = new TreeMap<>();
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

    /// A path makes the tail call with this slot; empty where it is not known, or there is none.
    void tailCall(int insn, Optional<Slot> slot) {
        slots.merge(insn, slot, (known, other) -> known.equals(other) ? known : Optional.empty());
    }

    /// The slots of the tail calls that name the same one on all paths.
    SortedMap<Integer, Slot> constantSlots() {
        var constant = new TreeMap<Integer, Slot>();
        slots.forEach((insn, slot) -> slot.ifPresent(known -> constant.put(insn, known)));
        return constant;
    }

    /// A value that depends on an address can now reach what a run observes.
    void leakAddress() {
        leaksAddresses = true;
    }

    boolean leaksAddresses() {
        return leaksAddresses;
    }
}
