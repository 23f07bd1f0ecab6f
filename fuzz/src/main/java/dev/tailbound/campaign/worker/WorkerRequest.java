package dev.tailbound.campaign.worker;

import static dev.tailbound.campaign.worker.EncodedText.decoded;
import static dev.tailbound.campaign.worker.EncodedText.encoded;

/// What a parent asks of a worker: one line on its standard input, each with one [WorkerReply].
public sealed interface WorkerRequest {
    /// Tells a worker to reduce no further and to answer with what it has; a line of its own, and no request.
    String ENOUGH = "enough";

    /// Check the cases from `from` to before `to`; answered by a tally.
    record Check(long from, long to) implements WorkerRequest {}

    /// Generate a case without running it; answered by its text.
    record Show(long index) implements WorkerRequest {}

    /// Check a case again; answered by its text and what was found.
    record Describe(long index) implements WorkerRequest {}

    /// Make a case small that keeps its signature; answered by the smallest case and what was found in it, after each smaller case on the way.
    ///
    /// @param silence ticks after which a process that tries a case elsewhere hangs
    /// @param careful try each case elsewhere first, because this worker's like died of one
    /// @param source  the case to begin with
    record Reduce(long index, String signature, int silence, boolean careful, String source) implements WorkerRequest {}

    /// Check a case that is given as text; answered by its text and nothing else.
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
            case "reduce" -> new Reduce(Long.parseLong(words[1]), words[2], Integer.parseInt(words[3]), Boolean.parseBoolean(
                    words[4]),
                    decoded(words[5]));
            default -> throw new IllegalArgumentException("unknown request '%s'".formatted(line));
        };
    }
}
