package dev.tailbound.generate;

import dev.tailbound.isa.Helper;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The features that the generator may use, the sizes of programs, and the weights of the menu's rows.
///
/// `GeneratorOptions.DEFAULT.withWeight("tail call", 40)`
///
/// @param programs       maximum number of programs per case
/// @param subprograms    maximum number of subprograms per program
/// @param items          average number of menu rows per function; a structured row uses further rows for its blocks
/// @param cost           approximate number of instructions per run of a program; a bound for runs without tail calls
/// @param tailCalls      percentage of functions with a tail call, among those that could have one
/// @param v4             instructions of version 4: sdiv, smod, movsx, bswap, sign-extending loads, gotol
/// @param acquireRelease load-acquire and store-release, which kernels before 6.15 do not know
/// @param opaqueResults  a subprogram with a tail call returns a value unknown to verifiers: kernels before 6.18 use the result of its own
///                       code, and remove branches that the target's result would take
/// @param context        reads and writes of the context's fields
/// @param kfuncs         calls of kernel functions, which real kernels do not have
/// @param proEpilogues   percentage of cases with a prologue or an epilogue
/// @param attachments    percentage of the other cases with programs attached to functions of others
/// @param events         percentage of cases with program arrays whose slots change during the run
/// @param helpers        the helpers that may be called, apart from the tail call
/// @param weights        by name of the row, if other than the menu's own
/// @param target         what else is not generated, since it is undefined or refused somewhere
public record GeneratorOptions(int programs, int subprograms, int items, int cost, int tailCalls, boolean v4,
        boolean acquireRelease, boolean opaqueResults, boolean context, boolean kfuncs, int proEpilogues, int attachments,
        int events, Set<Helper> helpers, Map<String, Integer> weights, TargetLimits target) {

    /// The kernel allows 256 functions per program.
    static final int SUBPROGRAMS = 255;

    /// A guest has room for 256 programs, attached ones among them.
    static final int PROGRAMS = 64;

    public static final GeneratorOptions DEFAULT = new GeneratorOptions(PROGRAMS, SUBPROGRAMS, 3, 200, 70, true, true, false,
            true, true, 40, 18,
            10, EnumSet.allOf(Helper.class), Map.of(), TargetLimits.ALL);

    /// Programs that kernel 6.12 accepts and runs deterministically.
    public static final GeneratorOptions KERNEL_6_12 = new GeneratorOptions(PROGRAMS, SUBPROGRAMS, 3, 200, 70, true, false, true,
            true, false, 0,
            0, 0, EnumSet.of(Helper.MAP_LOOKUP_ELEM, Helper.MAP_UPDATE_ELEM, Helper.MAP_DELETE_ELEM), Map.of(), TargetLimits.ALL);

    /// Programs that kernels with these instructions accept and run deterministically.
    public static GeneratorOptions forKernels(boolean v4, boolean acquireRelease) {
        return new GeneratorOptions(DEFAULT.programs, DEFAULT.subprograms, DEFAULT.items, DEFAULT.cost, DEFAULT.tailCalls, v4,
                acquireRelease, false, true, false, 0, 0, 0, KERNEL_6_12.helpers, Map.of(), TargetLimits.ALL);
    }

    /// What a runtime can run that has one program at a time, as far as these options allow it.
    ///
    /// @param helpers those that it offers
    public GeneratorOptions forOneProgram(boolean v4, boolean acquireRelease, boolean atomics, boolean calls,
            Set<Helper> helpers) {
        var common = EnumSet.copyOf(this.helpers);
        common.retainAll(helpers);
        var rows = new TreeMap<>(weights);
        if (!atomics) {
            rows.put("atomic", 0);
            rows.put("exchange if equal", 0);
        }
        return new GeneratorOptions(1, calls ? subprograms : 0, items, cost, 0, this.v4 && v4, this.acquireRelease
                && acquireRelease,
                opaqueResults, context, false, 0, 0, 0, common, rows, target);
    }

    public GeneratorOptions {
        require("programs", programs, 1, PROGRAMS);
        require("subprograms", subprograms, 0, SUBPROGRAMS);
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
                kfuncs, proEpilogues, attachments, events, helpers, changed, target);
    }

    public GeneratorOptions withProEpilogues(int percent) {
        return new GeneratorOptions(programs, subprograms, items, cost, tailCalls, v4, acquireRelease, opaqueResults, context,
                kfuncs, percent, attachments, events, helpers, weights, target);
    }

    public GeneratorOptions withAttachments(int percent) {
        return new GeneratorOptions(programs, subprograms, items, cost, tailCalls, v4, acquireRelease, opaqueResults, context,
                kfuncs, proEpilogues, percent, events, helpers, weights, target);
    }

    public GeneratorOptions withEvents(int percent) {
        return new GeneratorOptions(programs, subprograms, items, cost, tailCalls, v4, acquireRelease, opaqueResults, context,
                kfuncs, proEpilogues, attachments, percent, helpers, weights, target);
    }

    /// The same for a target, with at most `subprograms` per program.
    public GeneratorOptions withTarget(TargetLimits other, int most) {
        return new GeneratorOptions(programs, Math.min(subprograms, most), items, cost, tailCalls, v4, acquireRelease,
                opaqueResults, context, kfuncs, proEpilogues, attachments, events, helpers, weights, other);
    }

    /// The same for programs that run often: short ones, which tail-call if they can.
    GeneratorOptions brief() {
        return new GeneratorOptions(programs, Math.min(2, subprograms), Math.min(2, items), 60, 100, v4, acquireRelease,
                opaqueResults, context, kfuncs, proEpilogues, attachments, events, helpers, weights, target);
    }

    private static void require(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException("%s: expected %d..%d, found %d".formatted(what, low, high, value));
        }
    }
}
