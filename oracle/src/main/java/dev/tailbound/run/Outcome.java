package dev.tailbound.run;

import java.util.List;
import java.util.Locale;

/// How a run ended.
public sealed interface Outcome {

    /// The entry program exited.
    record Returned(Observation observation) implements Outcome {}

    /// The run was ended by a fault; further lines of `detail` are evidence.
    record Trapped(Trap kind, Where where, String detail) implements Outcome {}

    /// A tail call beyond the 33rd was taken, by `tailCalls` the last one counted; the run was stopped there.
    record OverBudget(int tailCalls, Where where) implements Outcome {}

    /// The engine could not run the case at all; further lines of `reason` are evidence.
    record Refused(String reason) implements Outcome {}

    /// The case asks for what the engine cannot give, which says nothing of either.
    record Inapplicable(String reason) implements Outcome {}

    /// What stands after the first line of a fault's detail or a refusal's reason: a console's last lines, a verifier's log.
    default List<String> evidence() {
        return switch (this) {
            case Trapped(_, _, var detail) -> detail.lines().skip(1).toList();
            case Refused(var reason) -> reason.lines().skip(1).toList();
            case Returned _,OverBudget _,Inapplicable _ -> List.of();
        };
    }

    /// One line: `returned 0x1`, `trapped (memory): ...`.
    default String phrase() {
        return switch (this) {
            case Returned(var seen) -> "returned 0x%x%s".formatted(seen.r0(), seen.sees(Observation.Part.UPPER_R0) ? ""
                    : " (32 bits)");
            case Trapped(var kind, _, var detail) -> "trapped (%s): %s".formatted(kind.word(), firstLine(detail));
            case OverBudget(int tailCalls, _) -> "stopped at tail call " + tailCalls;
            case Refused(var reason) -> "refused: " + firstLine(reason);
            case Inapplicable(var reason) -> "not applicable: " + reason;
        };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

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
