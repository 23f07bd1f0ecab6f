package dev.tailbound.cases;

import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Attachments.Rule;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads an `-- attach` section: lines `KIND PROGRAM: TARGET [SUBPROGRAM]`.
final class AttachmentReader {
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+([^\\s:]+)\\s*:\\s*(\\S+)(?:\\s+(\\S+))?");

    private AttachmentReader() {}

    static Attachments read(Section section, List<Program> programs) {
        var list = new ArrayList<Attachment>();
        for (var line : section.lines()) {
            if (list.size() == programs.size()) {
                throw section.bad(line.number(), "more lines than programs, each of which can be attached once");
            }
            var matcher = LINE.matcher(line.text());
            if (!matcher.matches()) {
                throw section.bad(line.number(),
                        "expected KIND PROGRAM: TARGET [SUBPROGRAM], found " + BadInput.quoted(line.text()));
            }
            program(section, line, matcher.group(2), programs);
            var target = program(section, line, matcher.group(3), programs);
            var function = matcher.group(4) == null ? "" : matcher.group(4);
            if (!function.isEmpty() && !target.labels().containsValue(function)) {
                throw section.bad(line.number(), "%s has no subprogram %s".formatted(target.name(), BadInput.quoted(function)));
            }
            list.add(new Attachment(kind(section, line, matcher.group(1)), matcher.group(2), target.name(), function));
        }
        try {
            return new Attachments(rule(section), list);
        } catch (IllegalArgumentException malformed) {
            throw section.bad(malformed.getMessage());
        }
    }

    private static Rule rule(Section section) {
        var words = section.words().subList(1, section.words().size());
        if (words.isEmpty()) {
            return Rule.V6_13;
        }
        if (words.equals(List.of("v6.12"))) {
            return Rule.V6_12;
        }
        throw section.bad("expected -- attach or -- attach v6.12, found " + BadInput.quoted(section.header()));
    }

    private static Kind kind(Section section, Section.Line line, String word) {
        return Arrays.stream(Kind.values()).filter(kind -> kind.word().equals(word)).findFirst()
                .orElseThrow(() -> section.bad(line.number(), "expected %s, found %s".formatted(
                        Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.joining(", ")), BadInput.quoted(word))));
    }

    private static Program program(Section section, Section.Line line, String name, List<Program> programs) {
        return programs.stream().filter(program -> program.name().equals(name)).findFirst()
                .orElseThrow(() -> section.bad(line.number(), "unknown program " + BadInput.quoted(name)));
    }
}
