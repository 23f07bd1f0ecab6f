package dev.tailbound.cli;

import dev.tailbound.campaign.check.KnownIssue;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.lockstep.Divergence;
import java.util.List;
import java.util.Optional;

/// All that `tailbound run` did with a case, and the one verdict on it.
///
/// @param explored    what each emulated engine made of the updates of the case's events, where they were to land in many ways
/// @param divergences where engines first went wrong, as far as that is known
/// @param known       what explains the divergence of the result, if it is known
record CaseRun(Case source, Differential.Result result, List<Differential.Explored> explored, List<Divergence> divergences,
        Optional<KnownIssue> known) {
    CaseRun {
        explored = List.copyOf(explored);
        divergences = List.copyOf(divergences);
    }

    /// The gravest of the verdicts on its runs: a way to land that differs weighs more than one that agrees.
    Comparison verdict() {
        return explored.stream().map(Differential.Explored::verdict).reduce(result.comparison(), (a, b) -> gravity(b) > gravity(
                a) ? b : a);
    }

    private static int gravity(Comparison comparison) {
        return switch (comparison) {
            case Comparison.Agree _ -> 0;
            case Comparison.Inconclusive _ -> 1;
            case Comparison.Diverge _ -> 2;
        };
    }
}
