package dev.tailbound.run;

import java.util.List;
import java.util.Locale;

/// How a run ended.
public sealed interface Outcome {

    /// The entry program exited.
    record Returned(Observation observation) implements Outcome {}

    /// A fault ended the run; lines of `detail` after the first are evidence.
    record Trapped(Trap kind, Where where, String detail) implements Outcome {}

    /// The run was stopped because it took more than 33 tail calls; `tailCalls` is the count at that point.
    record OverBudget(int tailCalls, Where where) implements Outcome {}

    /// The engine could not run the case at all; lines of `reason` after the first are evidence.
    record Refused(String reason) implements Outcome {}

    /// The case needs a feature that the engine lacks; neither is at fault.
    record Inapplicable(String reason) implements Outcome {
        /// Start of the reason if a kernel runs the case's programs in its interpreter, not in its JIT.
        public static final String INTERPRETED = "the kernel's interpreter runs ";

        public boolean isInterpreted() {
            return reason.startsWith(INTERPRETED);
        }
    }

    /// Lines after the first of a fault's detail or a refusal's reason: the last lines of a console, a verifier log.
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
            case Returned(var seen) when !seen.sees(Observation.Part.LOWER_R0) -> "returned";
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

    /// An instruction of a program of the case: index of the program and of the instruction; -1 if unknown.
    record Where(int program, int insn) {
        public static final Where UNKNOWN = new Where(-1, -1);
    }

    /// Kinds of faults.
    enum Trap {
        /// Access to memory outside all objects of the run, or a write to read-only memory.
        MEMORY,
        /// A register was read before it was written; only the oracle detects this.
        UNINITIALISED,
        /// The processor raised an exception, such as a division error or an undefined instruction.
        EXCEPTION,
        /// The run exceeded its bound: the oracle's instruction limit or the emulator's time limit.
        RUNAWAY;

        /// The name in reports: `memory`, `uninitialised`, `exception` or `runaway`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
