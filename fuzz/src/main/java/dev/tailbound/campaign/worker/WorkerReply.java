package dev.tailbound.campaign.worker;

import static dev.tailbound.campaign.worker.EncodedText.decoded;
import static dev.tailbound.campaign.worker.EncodedText.encoded;

import dev.tailbound.campaign.check.MinimizationResult;
import dev.tailbound.campaign.check.Tally;

/// A message of a worker to its parent: one line on its standard output.
public sealed interface WorkerReply {

    /// The worker is ready; `fingerprint` identifies the cases that it generates.
    record Ready(String fingerprint) implements WorkerReply {}

    /// The tally of a [WorkerRequest.Check].
    record Counted(Tally tally) implements WorkerReply {}

    /// A case as text, empty if it could not be generated, and the evidence, in Markdown.
    record Described(String source, String evidence) implements WorkerReply {}

    /// A smaller case as text; a [WorkerRequest.Reduce] gets any number of these before its final reply.
    record Smaller(String source) implements WorkerReply {}

    /// The minimized case of a [WorkerRequest.Reduce], and the evidence, in Markdown.
    record Reduced(String source, String evidence, MinimizationResult ending) implements WorkerReply {}

    default String line() {
        return switch (this) {
            case Ready(var fingerprint) -> "ready " + fingerprint;
            case Counted(var tally) -> "tally " + tally.line();
            case Described(var source, var evidence) -> "described " + encoded(source) + " " + encoded(evidence);
            case Smaller(var source) -> "smaller " + encoded(source);
            case Reduced(var source, var evidence, var ending) ->
                "reduced " + encoded(source) + " " + encoded(evidence) + " " + ending;
        };
    }

    /// Throws [IllegalArgumentException] if the line is no reply.
    static WorkerReply parse(String line) {
        int space = line.indexOf(' ');
        var rest = line.substring(space + 1);
        return switch (line.substring(0, Math.max(space, 0))) {
            case "ready" -> new Ready(rest);
            case "tally" -> new Counted(Tally.parse(rest));
            case "described" -> described(rest.split(" ", -1));
            case "smaller" -> new Smaller(decoded(rest));
            case "reduced" -> reduced(rest.split(" ", -1));
            default -> throw new IllegalArgumentException("expected an answer, found '%s'".formatted(line));
        };
    }

    private static Described described(String... texts) {
        requireWords(2, texts);
        return new Described(decoded(texts[0]), decoded(texts[1]));
    }

    private static Reduced reduced(String... words) {
        requireWords(3, words);
        return new Reduced(decoded(words[0]), decoded(words[1]), MinimizationResult.valueOf(words[2]));
    }

    private static void requireWords(int expected, String... words) {
        if (words.length != expected) {
            throw new IllegalArgumentException("expected %d words, found %d".formatted(expected, words.length));
        }
    }
}
