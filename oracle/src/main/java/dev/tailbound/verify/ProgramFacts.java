package dev.tailbound.verify;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the verifier knows about an accepted program.
///
/// @param subprograms the main function (position 0) and the subprograms, in program order, covering all instructions
/// @param reached     instructions on some explored path, by their positions in the program's [dev.tailbound.cases.EffectiveProgram]; others are dead code
/// @param constantSlots  tail calls, by index, that name the same slot of the same program array on all paths
/// @param kfuncs         the kernel functions it may call, by id and offset; without those that only generated code calls
/// @param lookups        calls of `bpf_map_lookup_elem`, by index, of the same map on all paths
/// @param stackAccesses  what instructions do with the stack; collected where the program calls something that is `bpf_fastcall`
/// @param contextAccesses instructions that read or write fields of a `struct __sk_buff`, by their positions as in `reached`
/// @param emptyResults    calls, by index, from which some path comes back with nothing in R0
/// @param leaksAddresses some value that may depend on where things lie in memory can reach what a run observes
/// @param readsUnwrittenStack some path may read bytes of a stack that it never wrote, whose values are undefined
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
    /// @param tailCallReachable contains one or calls, at any depth, a subprogram that does; drives the counting code of the JITs
    public record Subprogram(String name, int start, int end, int stackDepth, boolean hasTailCall, boolean tailCallReachable) {}

    /// A slot of a program array: the map's position in the case and a key below its number of entries.
    public record ArraySlot(int map, int key) {}

    /// A kernel function as calls name it, and the module that has it: 0 for the kernel itself, else the position among the case's, from 1.
    public record Descriptor(int id, int off, int module) {}

    /// An instruction reads or writes some of the bytes `[from, to)`, relative to R10, of a function's frame: its own, or that of a caller.
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

    /// A program that calls no kernel function.
    public ProgramFacts(List<Subprogram> subprograms, BitSet reached, SortedMap<Integer, ArraySlot> constantSlots,
            boolean leaksAddresses) {
        this(subprograms, reached, constantSlots, List.of(), leaksAddresses);
    }

    /// A program that looks nothing up, reads no context, and calls nothing that is `bpf_fastcall`.
    public ProgramFacts(List<Subprogram> subprograms, BitSet reached, SortedMap<Integer, ArraySlot> constantSlots,
            List<Descriptor> kfuncs, boolean leaksAddresses) {
        this(subprograms, reached, constantSlots, kfuncs, new TreeMap<>(), Set.of(), new BitSet(), new BitSet(), leaksAddresses,
                false);
    }

    /// A program in which no tail call's slot is known.
    public ProgramFacts(List<Subprogram> subprograms, BitSet reached, boolean leaksAddresses) {
        this(subprograms, reached, new TreeMap<>(), List.of(), leaksAddresses);
    }

    /// The same with what was found in generated code, which stands `base` positions after the program's first instruction.
    ProgramFacts with(ProgramFacts generated, int base) {
        var found = new TreeMap<>(lookups);
        generated.lookups.forEach((insn, map) -> found.put(base + insn, map));
        return new ProgramFacts(subprograms, union(reached, generated.reached, base), constantSlots, kfuncs, found, stackAccesses,
                union(contextAccesses, generated.contextAccesses, base), emptyResults, leaksAddresses || generated.leaksAddresses,
                readsUnwrittenStack || generated.readsUnwrittenStack);
    }

    /// A run may observe values that are not the same on every engine, or take its way by one.
    public boolean needsTracking() {
        return leaksAddresses || readsUnwrittenStack;
    }

    private static BitSet union(BitSet insns, BitSet others, int base) {
        var all = (BitSet) insns.clone();
        others.stream().forEach(insn -> all.set(base + insn));
        return all;
    }

    /// The position in [#subprograms()] of the function that holds the instruction.
    public int subprogramOf(int insn) {
        int at = 0;
        while (subprograms.get(at).end() <= insn) {
            at++;
        }
        return at;
    }
}
