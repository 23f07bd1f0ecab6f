package dev.tailbound.forms;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The bytes of an input, and its text if they are text.
///
/// The text omits e-mail quoting (`> `), carriage returns, and a byte order mark. Lines keep their numbers.
public final class Source {
    private static final Pattern QUOTE = Pattern.compile("(?:> ?)++");

    private final String file;
    private final byte[] bytes;
    private final Optional<List<String>> lines;

    /// @param file the input's name in messages
    public Source(String file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes.clone();
        lines = decode(bytes).map(Source::unquoted);
    }

    public String file() {
        return file;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /// Whether the input is UTF-8 text without control characters but tabs and line ends, and DEL, which comments of bpf_conformance's files have.
    public boolean isText() {
        return lines.isPresent();
    }

    /// The lines of a text, the first of which has number 1; none if the input is not text.
    public List<String> lines() {
        return lines.orElse(List.of());
    }

    /// The lines, joined by line feeds; empty if the input is not text.
    public String text() {
        return String.join("\n", lines());
    }

    /// The place of a line in messages.
    public String at(int line) {
        return file + ":" + line;
    }

    private static Optional<String> decode(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.chars().allMatch(c -> c >= ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f')
                    ? Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text)
                    : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /// Quoting is dropped only if every line that is not blank is quoted, since other lines may begin with `>`, too.
    private static List<String> unquoted(String text) {
        var lines = new ArrayList<>(List.of(text.split("\n", -1)));
        lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        if (text.endsWith("\n")) {
            lines.removeLast();
        }
        var said = lines.stream().filter(line -> !line.isBlank()).toList();
        if (!said.isEmpty() && said.stream().allMatch(line -> line.startsWith(">"))) {
            lines.replaceAll(line -> QUOTE.matcher(line).lookingAt()
                    ? line.substring(QUOTE.matcher(line).results().findFirst().orElseThrow().end())
                    : line);
        }
        return List.copyOf(lines);
    }
}
