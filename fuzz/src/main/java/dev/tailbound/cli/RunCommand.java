package dev.tailbound.cli;

import dev.tailbound.campaign.check.KernelIssues;
import dev.tailbound.campaign.check.KnownIssue;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Corpus;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.compare.Unverified;
import dev.tailbound.forms.Imported;
import dev.tailbound.generate.Choices;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import dev.tailbound.report.KernelLockstep;
import dev.tailbound.run.kernel.Loading;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound run`: runs cases on engines, compares them, and prints a table.
///
/// A file that cannot be read, or that the verifier refuses, does not stop the others.
@Command(name = "run", mixinStandardHelpOptions = true, description = "Runs cases on engines and compares the outcomes.")
final class RunCommand implements Callable<Integer> {
    enum Format {
        TEXT, JSON, KTAP, JUNIT
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*",
            description = "Files with programs in any form, or folders of case files; - is standard input.")
    private List<Path> paths;

    @Mixin
    private ProgramFiles programs;

    @Mixin
    private EngineOptions options;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = {
        "text, or json: per case one object for each engine, on a line of its own, then one with the verdict: agree, diverge,"
                + " inconclusive or bad-input; ktap or junit: results for test runners. Default: text." })
    private Format format;

    @Option(names = { "-v", "--verbose" }, description = "Show the table of every case, even if the engines agree.")
    private boolean verbose;

    @Option(names = "--interleavings", paramLabel = "N", description = {
        "On each emulated engine, run a case's updates of program arrays at every possible machine instruction: all"
                + " interleavings if there are at most N, else N systematic and N random ones." })
    private Integer interleavings;

    @Option(names = "--unverified", description = {
        "Also run programs that the verifier refuses, if their behaviour is defined. Unwritten registers are 0. Kernels do not"
                + " take part." })
    private boolean unverified;

    @Option(names = "--strict", description = "Exit with 1 also if a case is inconclusive.")
    private boolean strict;

    private boolean badInput;
    private boolean finding;

    @Override
    public Integer call() {
        if (interleavings != null && interleavings < 1) {
            throw new BadInput("--interleavings", "expected at least 1, found " + interleavings);
        }
        var files = Corpus.files(paths);
        try (var differential = options.open()) {
            var report = report(files.size());
            for (var file : files) {
                try {
                    var cases = programs.read(file);
                    warn(file, cases.getFirst());
                    cases.forEach(imported -> run(ProgramFiles.name(file, imported), imported.source(), differential, report));
                } catch (BadInput e) {
                    bad(file.toString(), e, report);
                }
            }
            report.end();
        }
        return finding ? ExitCode.FINDING : badInput ? ExitCode.BAD_INPUT : ExitCode.AGREE;
    }

    /// One line about the tests of a file that are not run, because they cannot be read.
    private void warn(Path file, Imported first) {
        var leftOut = first.leftOut();
        if (!leftOut.isEmpty()) {
            err().println(Printable.line("%s: left out %d %s that cannot be read, such as %s".formatted(file, leftOut.size(),
                    leftOut.size() == 1 ? "test" : "tests", leftOut.getFirst())));
        }
    }

    private void run(String name, Case source, Differential differential, RunReport report) {
        try {
            compare(name, source, differential, report);
        } catch (BadInput e) {
            bad(name, e, report);
        }
    }

    private void bad(String name, BadInput failure, RunReport report) {
        badInput = true;
        err().println(failure.getMessage());
        report.bad(name, failure);
    }

    private void compare(String file, Case source, Differential differential, RunReport report) {
        var expected = options.set().expectation(source);
        switch (differential.verify(source)) {
            case Verdict.Rejected rejected when expected.allowsRejection(rejected.reason()) ->
                report.refused(file, rejected.reason(), loaded(source, differential));
            case Verdict.Rejected rejected when unverified && !expected.expectsRejection() ->
                report(file, rejected, differential, report);
            case Verdict.Rejected rejected -> throw new BadInput(file, Places.describe(rejected));
            case Verdict.Accepted _ when expected.expectsRejection() -> throw new BadInput(file,
                    "expected the verifier to refuse with '%s', found that it accepts".formatted(expected.rejected()));
            case Verdict.Accepted(var verified) -> report.ran(file, tried(verified, Optional.empty(), differential));
        }
    }

    private CaseRun tried(VerifiedCase verified, Optional<String> refusal, Differential differential) {
        var result = differential.compare(verified);
        var tried = new CaseRun(verified.source(), result, explored(verified, differential), differential.locate(verified, result
                .comparison()), KernelLockstep.explain(verified, result.comparison(), differential),
                known(verified.source(), result.comparison(), differential), refusal);
        finding |= switch (tried.verdict()) {
            case Comparison.Agree _ -> false;
            case Comparison.Diverge _ -> tried.known().isEmpty();
            case Comparison.Inconclusive _ -> strict;
        };
        return tried;
    }

    /// Runs a case that the verifier rejects.
    private void report(String file, Verdict.Rejected rejected, Differential differential, RunReport report) {
        var refusal = Optional.of(Places.describe(rejected));
        switch (Unverified.of(rejected.source(), options.set().rule(), differential.order())) {
            case Unverified.Impossible _ -> throw new BadInput(file, refusal.get());
            case Unverified.Runs(var verified) -> report.ran(file, tried(verified, refusal, differential));
            case Unverified.Undefined undefined -> report.ran(file,
                    new CaseRun(undefined.source(), undefined.result(), List.of(), List.of(), List.of(), Optional.empty(),
                            refusal));
        }
    }

    /// The known issue of a kernel that explains the divergence, as in campaigns; the divergence is then no finding.
    private static Optional<KnownIssue> known(Case source, Comparison comparison, Differential differential) {
        return comparison instanceof Comparison.Diverge divergence
                ? KernelIssues.of(differential).stream().filter(issue -> issue.applies().test(source, divergence)).findFirst()
                : Optional.empty();
    }

    /// The verdicts of the kernels among the engines on a case that our verifier refuses.
    private static Map<String, Loading> loaded(Case source, Differential differential) {
        var loaded = new LinkedHashMap<String, Loading>();
        for (var engine : differential.engines()) {
            if (engine instanceof GuardedKernel guarded) {
                loaded.put(guarded.name(), guarded.kernel().load(List.of(source)).getFirst());
            }
        }
        return loaded;
    }

    private List<Differential.Explored> explored(VerifiedCase verified, Differential differential) {
        return interleavings == null || verified.source().events().isEmpty() ? List.of()
                : differential.explore(verified, interleavings, Choices.seeded(0, 0)::below);
    }

    /// The options that repeat this run.
    private List<String> same() {
        var same = new ArrayList<>(options.set().options());
        if (unverified) {
            same.add("--unverified");
        }
        if (interleavings != null) {
            same.addAll(List.of("--interleavings", interleavings.toString()));
        }
        return same;
    }

    private RunReport report(int files) {
        PrintWriter out = spec.commandLine().getOut();
        return switch (format) {
            case TEXT -> new TextReport(out, verbose || files == 1, options.set(), same());
            case JSON -> new JsonReport(out);
            case KTAP -> new TestRunReport(TestFormat.KTAP, out);
            case JUNIT -> new TestRunReport(TestFormat.JUNIT, out);
        };
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
