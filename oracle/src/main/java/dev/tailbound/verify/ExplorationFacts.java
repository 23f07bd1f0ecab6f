package dev.tailbound.verify;

import dev.tailbound.verify.ProgramFacts.ArraySlot;
import dev.tailbound.verify.ProgramFacts.StackAccess;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the exploration of one program gathers for its facts.
final class ExplorationFacts {
    private final BitSet reached = new BitSet();
    private final int[] stackDepth;
    private final Map<Integer, Optional<ArraySlot>> slots = new TreeMap<>();
    private static final int SEVERAL = -1;

    private final Map<Integer, Integer> lookups = new TreeMap<>();
    private final Set<StackAccess> stackAccesses = new HashSet<>();
    // Instructions by what they go through to memory.
    private final BitSet contextAccesses = new BitSet();
    private final BitSet argumentAccesses = new BitSet();
    private final BitSet otherAccesses = new BitSet();
    private final BitSet emptyResults = new BitSet();
    private final boolean keepsAccesses;
    private int at;
    private boolean leaksAddresses;
    private boolean readsUnwrittenStack;

    /// `keepsAccesses`: what instructions do with the stack is wanted.
    ExplorationFacts(int functions, boolean keepsAccesses) {
        this.keepsAccesses = keepsAccesses;
        stackDepth = new int[functions];
    }

    BitSet reached() {
        return reached;
    }

    void reach(int insn) {
        reached.set(insn);
        at = insn;
    }

    /// Bytes below R10 that a function uses.
    int stackDepth(int function) {
        return stackDepth[function];
    }

    /// The instruction reads or writes some of the bytes `[from, to)` of a function's frame.
    void useStack(int function, int from, int to) {
        stackDepth[function] = Math.max(stackDepth[function], -from);
        if (keepsAccesses) {
            stackAccesses.add(new StackAccess(at, function, from, to));
        }
    }

    /// The instruction goes to memory of this kind; none may go to the context on one path and elsewhere on another.
    void access(PointerTarget region) {
        switch (region) {
            case PointerTarget.Ctx _ -> access(contextAccesses, otherAccesses);
            case PointerTarget.Arguments _ -> access(argumentAccesses, otherAccesses);
            case PointerTarget.Mem _,PointerTarget.Stack _,PointerTarget.MapValue _,PointerTarget.View _,PointerTarget.Map _,PointerTarget.Task _,PointerTarget.Packet _ -> {
                if (contextAccesses.get(at) || argumentAccesses.get(at)) {
                    throw differentPointers();
                }
                otherAccesses.set(at);
            }
        }
    }

    private void access(BitSet own, BitSet others) {
        if (others.get(at)) {
            throw differentPointers();
        }
        own.set(at);
    }

    private static Rejection differentPointers() {
        return new Rejection("same insn cannot be used with different pointers");
    }

    /// The instructions that go to the context of an `skb` case.
    BitSet contextAccesses() {
        return contextAccesses;
    }

    Set<StackAccess> stackAccesses() {
        return stackAccesses;
    }

    /// A path looks up a key of this map.
    void lookup(int insn, int map) {
        lookups.merge(insn, map, (known, other) -> known.equals(other) ? known : SEVERAL);
    }

    /// The maps of the lookups that are of the same one on all paths.
    SortedMap<Integer, Integer> lookups() {
        var same = new TreeMap<>(lookups);
        same.values().removeIf(map -> map == SEVERAL);
        return same;
    }

    /// A path makes the tail call with this slot; empty where it is not known, or there is none.
    void tailCall(int insn, Optional<ArraySlot> slot) {
        slots.merge(insn, slot, (known, other) -> known.equals(other) ? known : Optional.empty());
    }

    /// The slots of the tail calls that name the same one on all paths.
    SortedMap<Integer, ArraySlot> constantSlots() {
        var constant = new TreeMap<Integer, ArraySlot>();
        slots.forEach((insn, slot) -> slot.ifPresent(known -> constant.put(insn, known)));
        return constant;
    }

    /// The call comes back with nothing in R0.
    void emptyResult(int call) {
        emptyResults.set(call);
    }

    BitSet emptyResults() {
        return emptyResults;
    }

    /// A value that depends on an address can now reach what a run observes.
    void leakAddress() {
        leaksAddresses = true;
    }

    /// A path reads bytes of a stack that it may not have written.
    void readUnwrittenStack() {
        readsUnwrittenStack = true;
    }

    boolean readsUnwrittenStack() {
        return readsUnwrittenStack;
    }

    boolean leaksAddresses() {
        return leaksAddresses;
    }
}
