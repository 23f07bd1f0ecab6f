package dev.tailbound.cases;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A section of a case file: the words of its `-- ` line, and the text below it.
///
/// @param line  number of the header in the file
/// @param words the header without the dashes; never empty
record Section(String file, int line, List<String> words, String body) {
    static final String KINDS = "map, module, prog, prologue, epilogue, ctx, env, events, attach, run or expect";

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /// A line of the body that is neither blank nor a comment, stripped.
    record Line(int number, String text) {}

    /// The comment at the top of the file, and the sections.
    record Document(String comment, List<Section> sections) {}

    static Document split(String file, String text) {
        var comment = new ArrayList<String>();
        var sections = new ArrayList<Section>();
        int number = 1;
        for (int at = 0; at < text.length(); number++) {
            int end = lineEnd(text, at);
            var line = text.substring(at, end).strip();
            if (text.startsWith("--", at)) {
                int next = nextHeader(text, end);
                var words = Stream.of(BLANKS.split(line.substring(2).strip(), 0)).filter(word -> !word.isEmpty()).toList();
                var section = new Section(file, number, words, text.substring(Math.min(end + 1, next), next));
                if (words.isEmpty()) {
                    throw section.bad("section without a kind, expected " + KINDS);
                }
                sections.add(section);
                number += (int) section.body.chars().filter(c -> c == '\n').count();
                at = next;
            } else if (line.startsWith("#")) {
                comment.add(line.startsWith("# ") ? line.substring(2) : line.substring(1));
                at = end + 1;
            } else if (line.isEmpty()) {
                at = end + 1;
            } else {
                throw new BadInput(file + ":" + number,
                        "expected a section such as '-- prog NAME' or a comment, found %s".formatted(BadInput.quoted(line)));
            }
        }
        return new Document(String.join("\n", comment), sections);
    }

    private static int lineEnd(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private static int nextHeader(String text, int from) {
        int header = text.indexOf("\n--", from);
        return header < 0 ? text.length() : header + 1;
    }

    String kind() {
        return words.getFirst();
    }

    /// The lines of the body that are neither blank nor comments.
    List<Line> lines() {
        var lines = new ArrayList<Line>();
        int number = line;
        for (int at = 0; at < body.length();) {
            int end = lineEnd(body, at);
            number++;
            var text = body.substring(at, end).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                lines.add(new Line(number, text));
            }
            at = end + 1;
        }
        return lines;
    }

    void requireNoBody() {
        if (!lines().isEmpty()) {
            var first = lines().getFirst();
            throw bad(first.number, "expected nothing below -- %s, found %s".formatted(kind(), BadInput.quoted(first.text)));
        }
    }

    /// The header's second word, which must be a valid name.
    String name() {
        if (words.size() < 2 || !Program.isName(words.get(1))) {
            throw bad("expected -- %s NAME, with a name of letters, digits, '_', '.' and '$', found %s".formatted(kind(),
                    BadInput.quoted(header())));
        }
        return words.get(1);
    }

    /// The header's words from `from` on, each `key=value` with one of these keys.
    Map<String, String> options(int from, List<String> keys) {
        var options = new LinkedHashMap<String, String>();
        for (var word : words.subList(from, words.size())) {
            int equals = word.indexOf('=');
            var key = equals < 0 ? word : word.substring(0, equals);
            if (equals < 0 || !keys.contains(key)) {
                throw bad("expected %s, found %s".formatted(String.join("=N, ", keys) + "=N", BadInput.quoted(word)));
            }
            if (options.put(key, word.substring(equals + 1)) != null) {
                throw bad("option %s is given twice".formatted(key));
            }
        }
        return options;
    }

    String header() {
        return "-- " + String.join(" ", words);
    }

    BadInput bad(String what) {
        return bad(line, what);
    }

    BadInput bad(int line, String what) {
        return new BadInput(file + ":" + line, what);
    }

    /// A non-negative `int`.
    int count(int line, String what, String text) {
        return Numbers.parse(text, 31).filter(value -> value >= 0)
                .orElseThrow(
                        () -> bad(line, "%s: expected 0..%d, found %s".formatted(what, Integer.MAX_VALUE, BadInput.quoted(text))))
                .intValue();
    }

    /// A signed or unsigned number of so many bits, returned in the low bits.
    long number(int line, String what, String text, int bits) {
        return Numbers.parse(text, bits).orElseThrow(
                () -> bad(line, "%s: expected a number of %d bits, found %s".formatted(what, bits, BadInput.quoted(text))));
    }

    /// The first few names, as listed in messages.
    static String list(Collection<String> names) {
        var shown = names.stream().limit(8).collect(Collectors.joining(", "));
        return "[" + shown + (names.size() > 8 ? ", ...]" : "]");
    }
}
