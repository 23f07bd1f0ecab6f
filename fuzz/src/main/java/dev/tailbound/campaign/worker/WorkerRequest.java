package dev.tailbound.campaign.worker;

import static dev.tailbound.campaign.worker.EncodedText.decoded;
import static dev.tailbound.campaign.worker.EncodedText.encoded;

/// A request of a parent to a worker: one line on its standard input, with one [WorkerReply].
public sealed interface WorkerRequest {
    /// Tells a worker to stop minimizing and to reply with its smallest case; a line of its own, not a request.
    String ENOUGH = "enough";

    /// Check the cases from `from` up to but not including `to`; the reply is a tally.
    record Check(long from, long to) implements WorkerRequest {}

    /// Generate a case without running it; the reply is its text.
    record Show(long index) implements WorkerRequest {}

    /// Check a case again; the reply is its text and the evidence.
    record Describe(long index) implements WorkerRequest {}

    /// Minimize a case with its signature. The reply is the smallest case and its evidence, after a message for each smaller case.
    ///
    /// @param silence ticks without a heartbeat after which an isolated process counts as hanging
    /// @param careful run each candidate in an isolated process first, because a worker died at one
    /// @param source  the case to start with
    record Reduce(long index, String signature, int silence, boolean careful, String source) implements WorkerRequest {}

    /// Check a case given as text; the reply is only its text.
    record Try(String source) implements WorkerRequest {}

    default String line() {
        return switch (this) {
            case Try(var source) -> "try " + encoded(source);
            case Check(long from, long to) -> "check " + from + " " + to;
            case Show(long index) -> "show " + index;
            case Describe(long index) -> "describe " + index;
            case Reduce(long index, var signature, int silence, boolean careful, var source) ->
                "reduce " + index + " " + signature + " " + silence + " " + careful + " " + encoded(source);
        };
    }

    static WorkerRequest parse(String line) {
        var words = line.split(" ", -1);
        return switch (words[0]) {
            case "check" -> new Check(Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "show" -> new Show(Long.parseLong(words[1]));
            case "describe" -> new Describe(Long.parseLong(words[1]));
            case "try" -> new Try(decoded(words[1]));
            case "reduce" -> new Reduce(Long.parseLong(words[1]), words[2], Integer.parseInt(words[3]),
                    Boolean.parseBoolean(words[4]), decoded(words[5]));
            default -> throw new IllegalArgumentException("unknown request '%s'".formatted(line));
        };
    }
}
