package dev.tailbound.verify;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the verifier knows about an accepted program.
///
/// @param subprograms the main function (position 0) and the subprograms, in program order, covering all instructions
/// @param reached     instructions on some explored path, by their positions in the program's [dev.tailbound.cases.Whole]; others are dead code
/// @param constantSlots  tail calls, by index, that name the same slot of the same program array on all paths
/// @param leaksAddresses some value that may depend on where things lie in memory can reach what a run observes
public record ProgramFacts(List<Subprogram> subprograms, BitSet reached, SortedMap<Integer, Slot> constantSlots,
        boolean leaksAddresses) {

    /// One function of a program.
    ///
    /// @param name              its label; the program's name for the main function
    /// @param start             index of its first instruction
    /// @param end               index behind its last instruction
    /// @param stackDepth        bytes of stack below R10 that it uses, 0..512, not rounded
    /// @param hasTailCall       contains a tail call itself
    /// @param tailCallReachable contains one or calls, at any depth, a subprogram that does; drives the counting code of the JITs
    public record Subprogram(String name, int start, int end, int stackDepth, boolean hasTailCall, boolean tailCallReachable) {}

    /// A slot of a program array: the map's position in the case and a key below its number of entries.
    public record Slot(int map, int key) {}

    public ProgramFacts {
        subprograms = List.copyOf(subprograms);
        constantSlots = Collections.unmodifiableSortedMap(new TreeMap<>(constantSlots));
    }

    /// A program in which no tail call's slot is known.
    public ProgramFacts(List<Subprogram> subprograms, BitSet reached, boolean leaksAddresses) {
        this(subprograms, reached, new TreeMap<>(), leaksAddresses);
    }

    /// The same with what was found in generated code, which stands `base` positions behind the program's first instruction.
    ProgramFacts with(ProgramFacts generated, int base) {
        var all = (BitSet) reached.clone();
        generated.reached.stream().forEach(insn -> all.set(base + insn));
        return new ProgramFacts(subprograms, all, constantSlots, leaksAddresses || generated.leaksAddresses);
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
