package dev.tailbound.run;

import java.util.Locale;

/// How a run ended.
public sealed interface Outcome {

    /// The entry program exited.
    record Returned(Observation observation) implements Outcome {}

    /// The run was ended by a fault.
    record Trapped(Trap kind, Where where, String detail) implements Outcome {}

    /// A tail call beyond the 33rd was taken, by `tailCalls` the last one counted; the run was stopped there.
    record OverBudget(int tailCalls, Where where) implements Outcome {}

    /// The engine could not run the case at all.
    record Refused(String reason) implements Outcome {}

    /// An instruction of a program of the case: position of the program, index of the instruction; -1 where not known.
    record Where(int program, int insn) {
        public static final Where UNKNOWN = new Where(-1, -1);
    }

    /// Kinds of faults.
    enum Trap {
        /// Memory outside every object of the run, or a write to what is read-only.
        MEMORY,
        /// A register or stack byte was read before it was written; only the oracle can tell.
        UNINITIALISED,
        /// The processor raised an exception: division error, undefined instruction, and the like.
        EXCEPTION,
        /// The run did not end within its bound: the oracle's fuel, the emulator's time.
        RUNAWAY;

        /// The name in reports: `memory`, `uninitialised`, `exception` or `runaway`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
