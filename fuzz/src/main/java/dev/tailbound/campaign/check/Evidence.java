package dev.tailbound.campaign.check;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The evidence section of a finding's report, in Markdown.
///
/// @param explainer adds sections on divergences
public record Evidence(Explainer explainer) {
    private static final int STACK_FRAMES = 30;

    /// Checks the case; an exception is evidence too.
    public String of(Case source, Checker checker) {
        try {
            return of(checker.check(source));
        } catch (RuntimeException | StackOverflowError e) {
            return stackTrace(e);
        }
    }

    private String of(Checked checked) {
        return switch (checked) {
            case Checked.Refused(var rejection) -> "The verifier rejects the case: %s\n".formatted(rejection.message());
            case Checked.Compared(var verified, var result) -> switch (result.comparison()) {
                case Comparison.Agree _ -> "All engines agree on this case.\n";
                case Comparison.Inconclusive(var reason) -> "The engines cannot be compared on this case: " + reason + "\n";
                case Comparison.Diverge divergence ->
                    divergence.differences().stream().map(Difference::describe).collect(Collectors.joining("\n- ", "- ", "\n\n"))
                            + left(result) + explainer.explain(verified, divergence);
            };
        };
    }

    /// Console output and verifier logs.
    private static String left(Differential.Result result) {
        return result.runs().stream().filter(run -> !run.outcome().evidence().isEmpty()).map(
                run -> "## Output of %s\n\n%s\n".formatted(run.engine(), String.join("\n", run.outcome().evidence()).indent(4)))
                .collect(Collectors.joining());
    }

    /// Indented as code in Markdown.
    public static String stackTrace(Throwable thrown) {
        var frames = Stream.of(thrown.getStackTrace()).limit(STACK_FRAMES).map(frame -> "    at " + frame);
        return Stream.concat(Stream.of(thrown.toString()), frames).collect(Collectors.joining("\n")).indent(4);
    }
}
