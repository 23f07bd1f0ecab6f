package dev.tailbound.cli;

import dev.tailbound.doctor.Item;
import dev.tailbound.setup.Packages;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The output of `tailbound doctor`.
record DoctorReport(Packages packages, List<Item> items, PrintWriter out) {
    private static final int WIDTH = 80;

    /// One line per item, then how to install missing ones. No line is longer than 80 characters.
    void text(String title) {
        print("", "%s on %s, %s".formatted(title, packages.distribution().title(), System.getProperty("os.arch")), "");
        out.println();
        int column = items.stream().mapToInt(item -> item.name().length()).max().orElse(0) + 4;
        for (var item : items) {
            var name = "  " + item.name();
            print(name + " ".repeat(column - name.length()), Stream.of(item.version(), item.path(), item.note())
                    .filter(part -> !part.isEmpty()).collect(Collectors.joining(", ")), "");
        }
        out.println();
        var fatal = items.stream().filter(Item::isFatal).map(Item::name).collect(Collectors.joining(", "));
        print("", fatal.isEmpty() ? "The default engines (oracle, x86-64, arm64) can run."
                : "The default engines (oracle, x86-64, arm64) cannot run: see " + fatal + ".", "");
        var missing = items.stream().flatMap(item -> item.missing().stream()).distinct().toList();
        if (!missing.isEmpty()) {
            print("", "Missing: %s.".formatted(String.join(", ", missing)), "");
            print("", packages.remedy(missing), " \\"); // the shell joins the lines
        }
        out.flush();
    }

    /// One JSON object per line.
    void json() {
        for (var item : items) {
            var line = new LinkedHashMap<String, Object>();
            line.put("name", item.name());
            line.put("state", item.state().name().toLowerCase(Locale.ROOT));
            line.put("required", item.required());
            line.put("version", orNull(item.version()));
            line.put("path", orNull(item.path()));
            line.put("note", orNull(item.note()));
            line.put("remedy", item.missing().map(file -> packages.remedy(List.of(file))).orElse(null));
            Json.write(line, out);
            out.println();
        }
        out.flush();
    }

    private static String orNull(String text) {
        return Optional.of(text).filter(some -> !some.isEmpty()).orElse(null);
    }

    /// Text after its head, with continuation lines indented below it. Words longer than a line are broken. `more` ends each line but the last.
    private void print(String head, String text, String more) {
        int room = WIDTH - head.length() - more.length();
        var lines = new ArrayList<String>();
        var line = "";
        for (var word : printable(text).split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > room) {
                lines.add(line);
                line = "";
            }
            line = line.isEmpty() ? word : line + " " + word;
            while (line.length() > room) {
                lines.add(line.substring(0, room));
                line = line.substring(room);
            }
        }
        lines.add(line);
        out.println(head + String.join(more + System.lineSeparator() + " ".repeat(head.length()), lines));
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{C}", "?");
    }
}
