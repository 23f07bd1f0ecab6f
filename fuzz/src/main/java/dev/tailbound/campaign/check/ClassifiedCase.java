package dev.tailbound.campaign.check;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.InsnClass;
import dev.tailbound.verify.Verdict;
import java.util.List;
import java.util.function.Consumer;

/// A case's verdict and the name that it is counted under: a finding's signature, a known issue's name, otherwise empty.
///
/// Names follow [FindingName].
public record ClassifiedCase(CaseVerdict verdict, String name) {
    private static final ClassifiedCase AGREE = new ClassifiedCase(CaseVerdict.AGREE, "");
    private static final ClassifiedCase INCONCLUSIVE = new ClassifiedCase(CaseVerdict.INCONCLUSIVE, "");

    public ClassifiedCase {
        name = FindingName.of(name);
    }

    /// Checks the case; `seen` receives the result. An exception is a verdict too.
    public static ClassifiedCase by(Checker checker, Case source, List<KnownIssue> known, Consumer<Checked> seen) {
        try {
            var checked = checker.check(source);
            seen.accept(checked);
            return of(source, checked, known);
        } catch (RuntimeException | StackOverflowError e) {
            return threw(e);
        }
    }

    public static ClassifiedCase of(Case source, Checked checked, List<KnownIssue> known) {
        return switch (checked) {
            case Checked.Refused(var rejection) -> rejected(rejection);
            case Checked.Compared(_, var result) -> switch (result.comparison()) {
                case Comparison.Agree _ -> AGREE;
                case Comparison.Inconclusive _ -> INCONCLUSIVE;
                case Comparison.Diverge divergence -> of(source, divergence, known);
            };
        };
    }

    private static ClassifiedCase of(Case source, Comparison.Diverge divergence, List<KnownIssue> known) {
        for (var issue : known) {
            if (issue.applies().test(source, divergence)) {
                return new ClassifiedCase(CaseVerdict.KNOWN, issue.name());
            }
        }
        return new ClassifiedCase(CaseVerdict.DIVERGE, divergence.signature().toString());
    }

    /// `rejected.R_read_ok.alu64-mov`: the reason up to its details, without numbers, and the kind of the instruction.
    private static ClassifiedCase rejected(Verdict.Rejected rejection) {
        var kind = rejection.reason().split(":", 2)[0].replaceAll("0x[0-9a-f]+|[0-9]+", "").replaceAll("[^A-Za-z]+", "_");
        var source = rejection.source();
        var culprit = rejection.insn() < 0 ? ""
                : "." + InsnClass.of(source.programs().get(source.programIndex(rejection.program())).insn(rejection.insn()));
        return new ClassifiedCase(CaseVerdict.REJECTED, CaseVerdict.REJECTED.word() + "." + kind + culprit);
    }

    /// `threw.IllegalStateException.Linker.place`: the exception, and the innermost method of ours in its stack trace.
    public static ClassifiedCase threw(Throwable thrown) {
        var name = CaseVerdict.THREW.word() + "." + thrown.getClass().getSimpleName();
        for (var frame : thrown.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.tailbound.")) {
                var type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
                return new ClassifiedCase(CaseVerdict.THREW, name + "." + type + "." + frame.getMethodName());
            }
        }
        return new ClassifiedCase(CaseVerdict.THREW, name);
    }

    /// A case that ended its worker process, and a second one when it was run again.
    public static ClassifiedCase died(CaseVerdict how) {
        return new ClassifiedCase(how, how.word());
    }

    /// A case at which a worker process crashed, but which ended when it was run again.
    public static ClassifiedCase crashedOnce() {
        return new ClassifiedCase(CaseVerdict.CRASH, CaseVerdict.CRASH.word() + ".once");
    }
}
