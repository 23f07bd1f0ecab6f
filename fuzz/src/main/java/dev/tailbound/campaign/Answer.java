package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/// What a worker says to its parent: one line on its standard output.
sealed interface Answer {

    /// The worker is up; `fingerprint` stands for the cases it would make.
    record Ready(String fingerprint) implements Answer {}

    /// The cases of a [Request.Check].
    record Counted(Tally tally) implements Answer {}

    /// A case as text, empty where it could not be made, and what was found in it, in Markdown.
    record Told(String source, String evidence) implements Answer {}

    default String line() {
        return switch (this) {
            case Ready(var fingerprint) -> "ready " + fingerprint;
            case Counted(var tally) -> "tally " + tally.line();
            case Told(var source, var evidence) -> "told " + encoded(source) + " " + encoded(evidence);
        };
    }

    /// Throws [IllegalArgumentException] on anything but an answer.
    static Answer parse(String line) {
        int space = line.indexOf(' ');
        var rest = line.substring(space + 1);
        return switch (line.substring(0, Math.max(space, 0))) {
            case "ready" -> new Ready(rest);
            case "tally" -> new Counted(Tally.parse(rest));
            case "told" -> told(rest.split(" ", -1));
            default -> throw new IllegalArgumentException("expected an answer, found '%s'".formatted(line));
        };
    }

    private static Told told(String... texts) {
        if (texts.length != 2) {
            throw new IllegalArgumentException("expected two texts, found %d".formatted(texts.length));
        }
        return new Told(decoded(texts[0]), decoded(texts[1]));
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), UTF_8);
    }
}
