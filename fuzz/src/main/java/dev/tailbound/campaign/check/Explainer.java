package dev.tailbound.campaign.check;

import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.lockstep.DivergenceText;
import dev.tailbound.verify.VerifiedCase;
import java.util.stream.Collectors;

/// Explains a divergence in Markdown: sections for a finding's report, empty if there is nothing to add.
@FunctionalInterface
public interface Explainer {
    /// Adds nothing.
    Explainer NONE = (_, _) -> "";

    /// Names the first wrong instruction of each engine, with its machine code.
    static Explainer firstWrongInstruction(Differential differential) {
        return (verified, divergence) -> differential.locate(verified, divergence).stream()
                .map(found -> String.join("\n", DivergenceText.lines(verified.source(), found)).indent(4))
                .map(block -> "## The first wrong instruction\n\n" + block + "\n")
                .collect(Collectors.joining());
    }

    /// Adds the sections of both.
    default Explainer and(Explainer other) {
        return (verified, divergence) -> explain(verified, divergence) + other.explain(verified, divergence);
    }

    String explain(VerifiedCase verified, Comparison.Diverge divergence);
}
