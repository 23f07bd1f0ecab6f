package dev.tailbound.run.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The last lines of a guest's console.
final class Console {
    private static final int LINES = 60;
    private static final Pattern TIME = Pattern.compile("^\\[ *\\d+\\.\\d+] ");
    /// Start of kernel messages about serious errors.
    private static final Pattern ALARM = Pattern.compile("Kernel panic|BUG:|Oops|WARNING:|Unable to handle|Internal error|stall");

    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        lines.addLast(line.stripTrailing());
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /// The first line with a serious error, without its timestamp.
    Optional<String> alarm() {
        return lines().stream().filter(line -> ALARM.matcher(line).find()).findFirst()
                .map(line -> TIME.matcher(line).replaceFirst(""));
    }
}
