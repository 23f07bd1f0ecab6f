package dev.tailbound.generate;

import dev.tailbound.isa.Helper;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the generator may use, how large it builds, and how often it takes each row of the menu.
///
/// `GeneratorOptions.DEFAULT.withWeight("tail call", 40)`
///
/// @param programs       programs of a case, at most
/// @param subprograms    subprograms of a program, at most
/// @param items          rows of the menu taken for a function, on average; a structured row takes more for its blocks
/// @param cost           instructions that one run of a program may execute, about; a run without tail calls is bounded by it
/// @param tailCalls      of a hundred functions that could tail-call, those that do
/// @param v4             instructions of version 4: sdiv, smod, movsx, bswap, sign-extending loads, gotol
/// @param acquireRelease load-acquire and store-release, which kernels before 6.15 do not know
/// @param opaqueResults  a subprogram with a tail call returns what no verifier knows: kernels before 6.18 think it returns what its own code
///                       does, and remove branches that the target's result would take
/// @param context        reads and writes of the context's fields
/// @param kfuncs         calls of kernel functions, which no kernel has
/// @param proEpilogues   of a hundred cases, those with a prologue or an epilogue
/// @param attachments    of a hundred cases without these, those with programs that are attached to functions of others
/// @param events         of a hundred cases with program arrays, those in which their slots change during the run
/// @param helpers        the helpers that may be called, apart from the tail call
/// @param weights        by name of the row, where it is not the menu's own
public record GeneratorOptions(int programs, int subprograms, int items, int cost, int tailCalls, boolean v4,
        boolean acquireRelease, boolean opaqueResults, boolean context, boolean kfuncs, int proEpilogues, int attachments,
        int events,
        Set<Helper> helpers, Map<String, Integer> weights) {

    public static final GeneratorOptions DEFAULT = new GeneratorOptions(6, 4, 3, 200, 70, true, true, false, true, true, 40, 18,
            10, EnumSet.allOf(Helper.class), Map.of());

    /// What kernel 6.12 accepts and answers the same way each time.
    public static final GeneratorOptions KERNEL_6_12 = new GeneratorOptions(6, 4, 3, 200, 70, true, false, true, true, false, 0,
            0,
            0, EnumSet.of(Helper.MAP_LOOKUP_ELEM, Helper.MAP_UPDATE_ELEM, Helper.MAP_DELETE_ELEM), Map.of());

    /// What kernels accept that know these instructions, and answer the same way each time.
    public static GeneratorOptions forKernels(boolean v4, boolean acquireRelease) {
        return new GeneratorOptions(DEFAULT.programs, DEFAULT.subprograms, DEFAULT.items, DEFAULT.cost, DEFAULT.tailCalls, v4,
                acquireRelease,
                false, true, false, 0, 0, 0, KERNEL_6_12.helpers, Map.of());
    }

    public GeneratorOptions {
        require("programs", programs, 1, 6);
        require("subprograms", subprograms, 0, 4);
        require("items", items, 0, 100);
        require("cost", cost, 50, 500);
        require("tail calls", tailCalls, 0, 100);
        require("pro-epilogues", proEpilogues, 0, 100);
        require("attachments", attachments, 0, 100);
        require("events", events, 0, 100);
        helpers = helpers.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(helpers));
        weights = Collections.unmodifiableMap(new TreeMap<>(weights));
        weights.forEach((row, weight) -> require("weight of " + row, weight, 0, 1000));
    }

    public GeneratorOptions withWeight(String row, int weight) {
        var changed = new TreeMap<>(weights);
        changed.put(row, weight);
        return new GeneratorOptions(programs, subprograms, items, cost, tailCalls, v4, acquireRelease, opaqueResults, context,
                kfuncs, proEpilogues, attachments, events, helpers, changed);
    }

    public GeneratorOptions withProEpilogues(int percent) {
        return new GeneratorOptions(programs, subprograms, items, cost, tailCalls, v4, acquireRelease, opaqueResults, context,
                kfuncs, percent, attachments, events, helpers, weights);
    }

    public GeneratorOptions withAttachments(int percent) {
        return new GeneratorOptions(programs, subprograms, items, cost, tailCalls, v4, acquireRelease, opaqueResults, context,
                kfuncs, proEpilogues, percent, events, helpers, weights);
    }

    public GeneratorOptions withEvents(int percent) {
        return new GeneratorOptions(programs, subprograms, items, cost, tailCalls, v4, acquireRelease, opaqueResults, context,
                kfuncs, proEpilogues, attachments, percent, helpers, weights);
    }

    /// The same for programs that are run often: short ones, which tail-call where they can.
    GeneratorOptions brief() {
        return new GeneratorOptions(programs, Math.min(2, subprograms), Math.min(2, items), 60, 100, v4, acquireRelease,
                opaqueResults, context, kfuncs, proEpilogues, attachments, events, helpers, weights);
    }

    private static void require(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException("%s: expected %d..%d, found %d".formatted(what, low, high, value));
        }
    }
}
