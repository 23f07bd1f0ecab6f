package dev.tailbound.verify;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Facts that the verifier established about an accepted program.
///
/// @param subprograms the main function (position 0) and the subprograms, in program order, covering all instructions
/// @param reached     instructions on some explored path, as indices in the program's [dev.tailbound.cases.EffectiveProgram]; all others are dead
/// code
/// @param constantSlots  tail calls, by index, that use the same slot of the same program array on all paths
/// @param kfuncs         kfuncs that it may call, by id and offset; without those that only generated code calls
/// @param lookups        calls of `bpf_map_lookup_elem`, by index, that use the same map on all paths
/// @param stackAccesses  stack accesses; collected only if the program calls a `bpf_fastcall` helper or kfunc
/// @param contextAccesses instructions that access fields of `struct __sk_buff`, as indices like `reached`
/// @param emptyResults    calls, by index, after which R0 is uninitialised on some path
/// @param leaksAddresses a value that may depend on an address can become observable
/// @param readsUnwrittenStack some path may read stack bytes that it never wrote, whose values are undefined
public record ProgramFacts(List<Subprogram> subprograms, BitSet reached, SortedMap<Integer, ArraySlot> constantSlots,
        List<Descriptor> kfuncs, SortedMap<Integer, Integer> lookups, Set<StackAccess> stackAccesses, BitSet contextAccesses,
        BitSet emptyResults, boolean leaksAddresses, boolean readsUnwrittenStack) {

    /// One function of a program.
    ///
    /// @param name              its label; the program's name for the main function
    /// @param start             index of its first instruction
    /// @param end               index after its last instruction
    /// @param stackDepth        bytes of stack below R10 that it uses, 0..512, not rounded
    /// @param hasTailCall       contains a tail call itself
    /// @param tailCallReachable contains one or calls, at any depth, a subprogram that does; decides whether JITs emit tail call counting
    public record Subprogram(String name, int start, int end, int stackDepth, boolean hasTailCall, boolean tailCallReachable) {}

    /// A slot of a program array: the map's index in the case, and a key below its number of entries.
    public record ArraySlot(int map, int key) {}

    /// A kfunc as named by calls, and its module: 0 for the kernel itself, otherwise the 1-based position among the case's modules.
    public record Descriptor(int id, int off, int module) {}

    /// An instruction accesses some of the bytes `[from, to)`, relative to R10, in a frame of its own function or of a caller.
    ///
    /// @param function the position of the function whose frame it is
    public record StackAccess(int insn, int function, int from, int to) {}

    public ProgramFacts {
        kfuncs = List.copyOf(kfuncs);
        lookups = Collections.unmodifiableSortedMap(new TreeMap<>(lookups));
        stackAccesses = Set.copyOf(stackAccesses);
        subprograms = List.copyOf(subprograms);
        constantSlots = Collections.unmodifiableSortedMap(new TreeMap<>(constantSlots));
    }

    /// A program without kfunc calls.
    public ProgramFacts(List<Subprogram> subprograms, BitSet reached, SortedMap<Integer, ArraySlot> constantSlots,
            boolean leaksAddresses) {
        this(subprograms, reached, constantSlots, List.of(), leaksAddresses);
    }

    /// A program without map lookups, context accesses and `bpf_fastcall` calls.
    public ProgramFacts(List<Subprogram> subprograms, BitSet reached, SortedMap<Integer, ArraySlot> constantSlots,
            List<Descriptor> kfuncs, boolean leaksAddresses) {
        this(subprograms, reached, constantSlots, kfuncs, new TreeMap<>(), Set.of(), new BitSet(), new BitSet(), leaksAddresses,
                false);
    }

    /// A program without kfunc calls and without known tail call slots.
    public ProgramFacts(List<Subprogram> subprograms, BitSet reached, boolean leaksAddresses) {
        this(subprograms, reached, new TreeMap<>(), List.of(), leaksAddresses);
    }

    /// These facts merged with those of generated code that starts `base` instructions after the program's first.
    ProgramFacts with(ProgramFacts generated, int base) {
        var found = new TreeMap<>(lookups);
        generated.lookups.forEach((insn, map) -> found.put(base + insn, map));
        return new ProgramFacts(subprograms, union(reached, generated.reached, base), constantSlots, kfuncs, found, stackAccesses,
                union(contextAccesses, generated.contextAccesses, base), emptyResults, leaksAddresses || generated.leaksAddresses,
                readsUnwrittenStack || generated.readsUnwrittenStack);
    }

    /// A run may observe values that differ between engines, or branch on them.
    public boolean needsTracking() {
        return leaksAddresses || readsUnwrittenStack;
    }

    /// The same with these accesses to the context.
    ProgramFacts withContextAccesses(BitSet accesses) {
        return new ProgramFacts(subprograms, reached, constantSlots, kfuncs, lookups, stackAccesses, accesses, emptyResults,
                leaksAddresses, readsUnwrittenStack);
    }

    private static BitSet union(BitSet insns, BitSet others, int base) {
        var all = (BitSet) insns.clone();
        others.stream().forEach(insn -> all.set(base + insn));
        return all;
    }

    /// Index in [#subprograms()] of the function that contains the instruction.
    public int subprogramOf(int insn) {
        int at = 0;
        while (subprograms.get(at).end() <= insn) {
            at++;
        }
        return at;
    }
}
