package dev.tailbound.cli;

import dev.tailbound.campaign.check.KnownIssue;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.lockstep.Divergence;
import java.util.List;
import java.util.Optional;

/// The results of `tailbound run` for one case, and their verdict.
///
/// @param explored    result of each emulated engine under many interleavings of the case's events, if those were requested
/// @param divergences where engines first differ from the oracle, as far as that is known
/// @param kernels     what the code of kernels that differ shows, in lines of text
/// @param known       the known issue that explains the divergence, if there is one
/// @param refusal     the reason of the verifier, if the case was run although it is rejected
record CaseRun(Case source, Differential.Result result, List<Differential.Explored> explored, List<Divergence> divergences,
        List<String> kernels,
        Optional<KnownIssue> known, Optional<String> refusal) {
    CaseRun {
        explored = List.copyOf(explored);
        divergences = List.copyOf(divergences);
        kernels = List.copyOf(kernels);
    }

    /// The most severe verdict of its runs: one interleaving that diverges outweighs all that agree.
    Comparison verdict() {
        return explored.stream().map(Differential.Explored::verdict).reduce(result.comparison(),
                (a, b) -> gravity(b) > gravity(a) ? b : a);
    }

    private static int gravity(Comparison comparison) {
        return switch (comparison) {
            case Comparison.Agree _ -> 0;
            case Comparison.Inconclusive _ -> 1;
            case Comparison.Diverge _ -> 2;
        };
    }
}
