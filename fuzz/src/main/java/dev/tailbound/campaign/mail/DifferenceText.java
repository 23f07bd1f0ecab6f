package dev.tailbound.campaign.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The differences and the first wrong instructions in the Markdown report of a finding.
///
/// @param differences one per engine that differs
/// @param wrong       the lines about the first wrong instruction, with machine code; empty if it is not known
record DifferenceText(List<Difference> differences, List<String> wrong) {
    private static final Pattern DIFFERENCE = Pattern.compile("- (.+?) disagrees with (.+?): (.+?) expected (.*), found (.*)");
    private static final String WRONG = "## The first wrong instruction";
    private static final String INDENT = "    ";
    /// BPF text, then the offset, bytes and text of a machine instruction.
    private static final Pattern CODE = Pattern.compile("(.*?)\\s*\\b([0-9a-f]+: {2}(?:[0-9a-f]{2} )*[0-9a-f]{2}\\s.*)");

    record Difference(String engine, String reference, String what, String expected, String found) {}

    static DifferenceText of(String report) {
        var differences = new ArrayList<Difference>();
        var wrong = new ArrayList<String>();
        boolean isWrong = false;
        for (var line : report.lines().toList()) {
            var difference = DIFFERENCE.matcher(line);
            isWrong = line.startsWith("#") ? line.equals(WRONG) : isWrong;
            if (isWrong && line.startsWith(INDENT)) {
                wrong.addAll(fitted(line.substring(INDENT.length())));
            } else if (difference.matches()) {
                differences.add(difference(difference));
            }
        }
        return new DifferenceText(differences, wrong);
    }

    private static Difference difference(Matcher match) {
        return new Difference(match.group(1), match.group(2), match.group(3), match.group(4), match.group(5));
    }

    /// A line of the block about a wrong instruction: the BPF instruction on a line of its own, before its machine code.
    private static List<String> fitted(String line) {
        var code = CODE.matcher(line);
        if (!code.matches()) {
            return Columns.wrapped(line, line.startsWith(" ") ? "    " : "  ", "    ", "");
        }
        var lines = new ArrayList<String>();
        if (!code.group(1).isBlank()) {
            lines.addAll(Columns.wrapped(code.group(1), "    ", "      ", ""));
        }
        var text = "      " + code.group(2).stripTrailing();
        lines.addAll(text.length() <= Columns.WIDTH ? List.of(text) : Columns.wrapped(text, "      ", "        ", ""));
        return lines;
    }

    Optional<Difference> first() {
        return differences.stream().findFirst();
    }
}
