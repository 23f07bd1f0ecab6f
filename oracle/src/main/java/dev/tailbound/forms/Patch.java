package dev.tailbound.forms;

import dev.tailbound.forms.c.CTokens;

/// C source in a mail that may be a patch, read as after the patch.
final class Patch {
    private Patch() {}

    /// The tokens of the source, or if it has hunks, of their added and unchanged lines; lines keep their numbers. Never throws.
    static CTokens.File lex(Source source) {
        return CTokens.lex(source.file(), isPatch(source) ? applied(source) : source.text());
    }

    private static boolean isPatch(Source source) {
        return source.lines().stream().anyMatch(Patch::isHunk);
    }

    private static boolean isHunk(String line) {
        return line.startsWith("@@ -");
    }

    private static String applied(Source source) {
        var text = new StringBuilder();
        boolean isInHunk = false;
        for (var line : source.lines()) {
            char mark = line.isEmpty() ? ' ' : line.charAt(0);
            isInHunk = isHunk(line) || (isInHunk && "+- \\".indexOf(mark) >= 0);
            boolean isKept = isInHunk && !line.isEmpty() && (mark == '+' || mark == ' ');
            text.append(isKept ? line.substring(1) : "").append('\n');
        }
        return text.toString();
    }
}
