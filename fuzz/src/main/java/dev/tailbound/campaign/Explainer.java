package dev.tailbound.campaign;

import dev.tailbound.compare.Comparison;
import dev.tailbound.verify.VerifiedCase;

/// Says in Markdown how a divergence came about: sections for a finding's report, empty where there is nothing to add.
@FunctionalInterface
public interface Explainer {
    /// Has nothing to add.
    Explainer NONE = (_, _) -> "";

    String explain(VerifiedCase verified, Comparison.Diverge divergence);
}
