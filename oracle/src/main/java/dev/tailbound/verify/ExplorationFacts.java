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

/// Facts collected while exploring one program.
final class ExplorationFacts {
    private final BitSet reached = new BitSet();
    private final int[] stackDepth;
    private final Map<Integer, Optional<ArraySlot>> slots = new TreeMap<>();
    private static final int SEVERAL = -1;

    private final Map<Integer, Integer> lookups = new TreeMap<>();
    private final Set<StackAccess> stackAccesses = new HashSet<>();
    // Instructions by the type of pointer that they dereference.
    private final BitSet contextAccesses = new BitSet();
    private final BitSet argumentAccesses = new BitSet();
    private final BitSet otherAccesses = new BitSet();
    private final BitSet emptyResults = new BitSet();
    private final boolean keepsAccesses;
    private int at;
    private boolean leaksAddresses;
    private boolean readsUnwrittenStack;

    /// `keepsAccesses`: record stack accesses per instruction.
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

    /// Records the type of memory that the instruction accesses; rejects one that accesses the context on one path and other memory on another.
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

    /// The instructions that access the context of an `skb` case.
    BitSet contextAccesses() {
        return contextAccesses;
    }

    Set<StackAccess> stackAccesses() {
        return stackAccesses;
    }

    /// Records that the call looks up a key of this map on some path.
    void lookup(int insn, int map) {
        lookups.merge(insn, map, (known, other) -> known.equals(other) ? known : SEVERAL);
    }

    /// Lookup calls that use the same map on all paths, with that map.
    SortedMap<Integer, Integer> lookups() {
        var same = new TreeMap<>(lookups);
        same.values().removeIf(map -> map == SEVERAL);
        return same;
    }

    /// Records the slot of a tail call on some path; empty if unknown or out of range.
    void tailCall(int insn, Optional<ArraySlot> slot) {
        slots.merge(insn, slot, (known, other) -> known.equals(other) ? known : Optional.empty());
    }

    /// Tail calls that use the same known slot on all paths, with that slot.
    SortedMap<Integer, ArraySlot> constantSlots() {
        var constant = new TreeMap<Integer, ArraySlot>();
        slots.forEach((insn, slot) -> slot.ifPresent(known -> constant.put(insn, known)));
        return constant;
    }

    /// Records that R0 is uninitialised after the call on some path.
    void emptyResult(int call) {
        emptyResults.set(call);
    }

    BitSet emptyResults() {
        return emptyResults;
    }

    /// Records that a value that depends on an address may become observable.
    void leakAddress() {
        leaksAddresses = true;
    }

    /// Records that some path may read stack bytes that it never wrote.
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
