package dev.tailbound.generate;

import dev.tailbound.isa.Kfunc;
import java.util.List;

/// What the functions of a case share: its maps by purpose, and how its tail calls come to an end.
///
/// @param data        arrays of one entry: what `map[m][off] ll` may address; the first is filled with corner values
/// @param tables      arrays of several entries: reached by lookups only
/// @param accumulator the array that folded values are added to; nothing else writes it
/// @param pace        the array that paces tail calls, see [#COUNTDOWN]; nothing else writes it
/// @param jumps       the program arrays
/// @param modules     the offsets by which kfuncs are called: 0 for the kernel, and those of modules
/// @param kfuncs      the kfuncs that are called
/// @param tailCalls   how they end
/// @param purpose     what its programs are for
record CaseSetup(List<Array> data, List<Array> tables, int accumulator, int pace, List<JumpTable> jumps, List<Integer> modules,
        List<Kfunc> kfuncs, TailCallTermination tailCalls, ProgramRole purpose) {

    /// In the pace map: how many tail calls may still be tried (32 bits); the next planned index (64 bits); the planned indices (64 bits each).
    static final int COUNTDOWN = 0;
    static final int NEXT_PLANNED = 8;
    static final int PLAN = 16;
    static final int PLANNED = 16;
    static final int PACE_SIZE = PLAN + 8 * PLANNED;

    /// 64-bit cells of the accumulator.
    static final int CELLS = 8;

    /// An array map, by position in the case.
    record Array(int map, int valueSize, int entries) {}

    /// A program array.
    ///
    /// @param filled  its keys that hold programs
    /// @param highest programs up to this number may use it: where tail calls shall not form a cycle, it holds only later ones
    record JumpTable(int map, int entries, List<Integer> filled, int highest) {

        /// The first key without a program, -1 where all are filled.
        int empty() {
            int key = 0;
            while (filled.contains(key)) {
                key++;
            }
            return key < entries ? key : -1;
        }
    }

    CaseSetup {
        data = List.copyOf(data);
        tables = List.copyOf(tables);
        jumps = List.copyOf(jumps);
        modules = List.copyOf(modules);
        kfuncs = List.copyOf(kfuncs);
    }

    /// The same for generated code, whose calls have no offset and are not of special kfuncs.
    CaseSetup generated() {
        return new CaseSetup(data, tables, accumulator, pace, jumps, List.of(0), kfuncs.stream().filter(kfunc -> !kfunc
                .isSpecial())
                .toList(), tailCalls, purpose);
    }

    /// Tail calls spend the countdown, and are not tried when it is used up.
    boolean counted() {
        return tailCalls == TailCallTermination.COUNTED;
    }

    /// The same maps, used by programs for another purpose.
    CaseSetup with(ProgramRole other) {
        return with(other, jumps, tailCalls);
    }

    /// The same for programs with program arrays of their own.
    CaseSetup with(ProgramRole other, List<JumpTable> own, TailCallTermination ends) {
        return new CaseSetup(data, tables, accumulator, pace, own, modules, kfuncs, ends, other);
    }

    /// The program arrays that the program with this number may use.
    List<JumpTable> jumpsFrom(int program) {
        return jumps.stream().filter(table -> program <= table.highest()).toList();
    }
}
