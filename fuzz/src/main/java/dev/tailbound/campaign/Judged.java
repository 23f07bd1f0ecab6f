package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/// A case's verdict, with the name it is counted under: a finding's signature, a known issue's name, empty for the others.
///
/// Names are words without spaces or slashes, fit for a folder and for a line of the journal.
record Judged(CaseVerdict verdict, String name) {
    private static final int LONGEST_NAME = 150;
    private static final Judged AGREE = new Judged(CaseVerdict.AGREE, "");
    private static final Judged INCONCLUSIVE = new Judged(CaseVerdict.INCONCLUSIVE, "");

    Judged {
        name = word(name);
    }

    static Judged of(Case source, Checked checked, List<KnownIssue> known) {
        return switch (checked) {
            case Checked.Refused _ -> new Judged(CaseVerdict.REJECTED, CaseVerdict.REJECTED.word());
            case Checked.Compared(_, var result) -> switch (result.comparison()) {
                case Comparison.Agree _ -> AGREE;
                case Comparison.Inconclusive _ -> INCONCLUSIVE;
                case Comparison.Diverge divergence -> of(source, divergence, known);
            };
        };
    }

    private static Judged of(Case source, Comparison.Diverge divergence, List<KnownIssue> known) {
        for (var issue : known) {
            if (issue.applies().test(source, divergence)) {
                return new Judged(CaseVerdict.KNOWN, issue.name());
            }
        }
        return new Judged(CaseVerdict.DIVERGE, divergence.signature().toString());
    }

    /// `threw.IllegalStateException.Linker.place`: what was thrown, and the innermost of our methods it left.
    static Judged threw(Throwable thrown) {
        var name = CaseVerdict.THREW.word() + "." + thrown.getClass().getSimpleName();
        for (var frame : thrown.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.tailbound.")) {
                var type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
                return new Judged(CaseVerdict.THREW, name + "." + type + "." + frame.getMethodName());
            }
        }
        return new Judged(CaseVerdict.THREW, name);
    }

    /// A case that ended its worker process.
    static Judged died(CaseVerdict how) {
        return new Judged(how, how.word());
    }

    private static String word(String name) {
        var word = name.replaceAll("[^A-Za-z0-9._+:-]", "_");
        if (word.length() <= LONGEST_NAME) {
            return word;
        }
        var checksum = new CRC32();
        checksum.update(name.getBytes(UTF_8));
        return String.format(Locale.ROOT, "%s~%08x", word.substring(0, LONGEST_NAME), checksum.getValue());
    }
}
