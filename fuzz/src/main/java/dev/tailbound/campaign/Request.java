package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/// What a parent asks of a worker: one line on its standard input, each with one [Answer].
sealed interface Request {

    /// Check the cases from `from` to before `to`; answered by a tally.
    record Check(long from, long to) implements Request {}

    /// Generate a case without running it; answered by its text.
    record Show(long index) implements Request {}

    /// Check a case again; answered by its text and what was found.
    record Describe(long index) implements Request {}

    /// Make a case small that keeps its signature; answered by the smallest case and what was found in it.
    record Reduce(long index, String signature) implements Request {}

    /// Check a case that is given as text; answered by its text and nothing else.
    record Try(String source) implements Request {}

    default String line() {
        return switch (this) {
            case Try(var source) -> "try " + Base64.getEncoder().encodeToString(source.getBytes(UTF_8));
            case Check(long from, long to) -> "check " + from + " " + to;
            case Show(long index) -> "show " + index;
            case Describe(long index) -> "describe " + index;
            case Reduce(long index, var signature) -> "reduce " + index + " " + signature;
        };
    }

    static Request parse(String line) {
        var words = line.split(" ", -1);
        return switch (words[0]) {
            case "check" -> new Check(Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "show" -> new Show(Long.parseLong(words[1]));
            case "describe" -> new Describe(Long.parseLong(words[1]));
            case "try" -> new Try(new String(Base64.getDecoder().decode(words[1]), UTF_8));
            case "reduce" -> new Reduce(Long.parseLong(words[1]), words[2]);
            default -> throw new IllegalArgumentException("unknown request '%s'".formatted(line));
        };
    }
}
