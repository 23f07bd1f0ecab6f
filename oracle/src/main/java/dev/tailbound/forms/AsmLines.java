package dev.tailbound.forms;

import java.util.ArrayList;
import java.util.List;

/// Cuts the lines of an assembly file into statements, without comments: `#`, `//`, `/* */`.
final class AsmLines {
    private final List<List<String>> statements = new ArrayList<>();
    private boolean comments;

    private AsmLines() {}

    /// The statements of each line; none is blank.
    static List<List<String>> statements(List<String> lines) {
        var reader = new AsmLines();
        lines.forEach(reader::line);
        return reader.statements;
    }

    private void line(String line) {
        var found = new ArrayList<String>();
        var text = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (comments) {
                if (line.startsWith("*/", at)) {
                    comments = false;
                    at++;
                }
            } else if (quoted && c == '\\' && at + 1 < line.length()) {
                text.append(c).append(line.charAt(++at));
            } else if (quoted || c == '"') {
                quoted ^= c == '"';
                text.append(c);
            } else if (line.startsWith("/*", at)) {
                comments = true;
                at++;
                text.append(' ');
            } else if (c == '#' || line.startsWith("//", at)) {
                break;
            } else if (c == ';') {
                add(found, text);
            } else {
                text.append(c);
            }
        }
        add(found, text);
        statements.add(found);
    }

    private static void add(List<String> found, StringBuilder text) {
        if (!text.toString().isBlank()) {
            found.add(text.toString().strip());
        }
        text.setLength(0);
    }
}
