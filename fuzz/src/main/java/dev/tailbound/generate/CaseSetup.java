package dev.tailbound.generate;

import dev.tailbound.isa.Kfunc;
import java.util.List;

/// The shared setup of a case's functions: its maps by purpose, and how its tail calls terminate.
///
/// @param data        arrays of one entry, which `map[m][off] ll` may address; the first contains corner values
/// @param tables      arrays of several entries, accessed only by lookups
/// @param accumulator the array that folded values are added to; nothing else writes it
/// @param pace        the array that limits tail calls, see [#COUNTDOWN]; nothing else writes it
/// @param jumps       the program arrays
/// @param modules     the offsets of kfunc calls: 0 for the kernel, and those of modules
/// @param kfuncs      the kfuncs that may be called
/// @param tailCalls   how tail calls terminate
/// @param purpose     the role of its programs
record CaseSetup(List<Array> data, List<Array> tables, int accumulator, int pace, List<JumpTable> jumps, List<Integer> modules,
        List<Kfunc> kfuncs, TailCallTermination tailCalls, ProgramRole purpose) {

    /// In the pace map: number of remaining tail-call attempts (32 bits); the next planned index (64 bits); the planned indices (64 bits each).
    static final int COUNTDOWN = 0;
    static final int NEXT_PLANNED = 8;
    static final int PLAN = 16;
    static final int PLANNED = 16;
    static final int PACE_SIZE = PLAN + 8 * PLANNED;

    /// 64-bit cells of the accumulator.
    static final int CELLS = 8;

    /// An array map, by position in the case.
    record Array(int map, int valueSize, int entries) {
        /// The offset of one of its 64-bit words, up to the greatest offset that an instruction can have.
        int word(Choices choices) {
            return Long.BYTES * choices.below(Math.min(valueSize, 1 << 15) / Long.BYTES);
        }
    }

    /// A program array.
    ///
    /// @param filled  its keys with programs
    /// @param highest programs up to this number may use it: if tail calls must not form a cycle, it contains only later ones
    record JumpTable(int map, int entries, List<Integer> filled, int highest) {

        /// The first key without a program, -1 if all are filled.
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
        return new CaseSetup(data, tables, accumulator, pace, jumps, List.of(0),
                kfuncs.stream().filter(kfunc -> !kfunc.isSpecial()).toList(), tailCalls, purpose);
    }

    /// Whether tail calls decrement the countdown, and are skipped when it is 0.
    boolean counted() {
        return tailCalls == TailCallTermination.COUNTED;
    }

    /// The same maps, used by programs in another role.
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
