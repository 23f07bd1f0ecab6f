package dev.tailbound.campaign.mail;

import dev.tailbound.isa.Printable;
import java.util.ArrayList;
import java.util.List;

/// Lines of at most 72 columns, as lists of kernel developers expect them.
///
/// Only a word that is longer by itself exceeds the width, such as the path of an image.
final class Columns {
    static final int WIDTH = 72;

    private Columns() {}

    /// Breaks a text at blanks. The first line begins with `first`, the others with `next`; all but the last end with `end`.
    static List<String> wrapped(String text, String first, String next, String end) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(first);
        boolean isEmpty = true;
        for (var word : Printable.line(text).strip().split("\\s+", -1)) {
            if (!isEmpty && line.length() + 1 + word.length() + end.length() > WIDTH) {
                lines.add(line + end);
                line = new StringBuilder(next);
                isEmpty = true;
            }
            line.append(isEmpty ? "" : " ").append(word);
            isEmpty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    static String paragraph(String text) {
        return String.join("\n", wrapped(text, "", "", "")) + "\n";
    }

    static String item(String text) {
        return String.join("\n", wrapped(text, "  ", "    ", "")) + "\n";
    }

    /// A line about the item before it.
    static String detail(String text) {
        return String.join("\n", wrapped(text, "    ", "      ", "")) + "\n";
    }

    /// A command for a shell, which continues a line that ends with a backslash.
    static String command(String command) {
        return String.join("\n", wrapped(command, "  ", "    ", " \\")) + "\n";
    }
}
