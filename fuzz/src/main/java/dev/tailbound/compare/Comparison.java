package dev.tailbound.compare;

import java.util.List;

/// The verdict on the runs of one case.
public sealed interface Comparison {

    /// All observations are equal and meet the case's expectations.
    record Agree() implements Comparison {}

    /// At least one engine differs; `differences` holds the first difference of each such engine.
    record Diverge(Signature signature, List<Difference> differences) implements Comparison {
        public Diverge {
            differences = List.copyOf(differences);
        }
    }

    /// The runs cannot be compared.
    record Inconclusive(String reason) implements Comparison {}

    /// The word in reports: `agree`, `diverge` or `inconclusive`.
    default String word() {
        return switch (this) {
            case Agree _ -> "agree";
            case Diverge _ -> "diverge";
            case Inconclusive _ -> "inconclusive";
        };
    }
}
