package dev.tailbound.cli;

import dev.tailbound.cli.TestResult.Status;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.isa.BadInput;
import dev.tailbound.lockstep.DivergenceText;
import dev.tailbound.run.kernel.Loading;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The results of `tailbound run` for a test runner, one test per case.
final class TestRunReport implements RunReport {
    private final TestFormat format;
    private final PrintWriter out;
    private final List<TestResult> results = new ArrayList<>();

    TestRunReport(TestFormat format, PrintWriter out) {
        this.format = format;
        this.out = out;
    }

    @Override
    public void ran(String file, CaseRun tried) {
        results.add(switch (tried.verdict()) {
            case Comparison.Agree _ -> TestResult.passed(file);
            case Comparison.Inconclusive(var reason) -> TestResult.of(file, Status.SKIPPED, "inconclusive: " + reason);
            case Comparison.Diverge(var signature, var differences) -> {
                var located = tried.divergences().stream()
                        .flatMap(divergence -> DivergenceText.lines(tried.source(), divergence).stream());
                var details = Stream.concat(differences.stream().map(Difference::describe),
                        Stream.concat(located, tried.kernels().stream())).toList();
                yield tried.known().map(
                        issue -> new TestResult(file, Status.KNOWN, "%s (%s)".formatted(issue.name(), issue.link()), details))
                        .orElseGet(() -> new TestResult(file, Status.FAILED, "diverge: " + signature, details));
            }
        });
    }

    @Override
    public void refused(String file, String reason, Map<String, Loading> kernels) {
        results.add(TestResult.passed(file));
    }

    @Override
    public void bad(String file, BadInput why) {
        results.add(TestResult.of(file, Status.ERROR, why.getMessage()));
    }

    @Override
    public void end() {
        format.print("tailbound run", results, out);
        out.flush();
    }
}
