package dev.tailbound.compare;

import java.util.List;

/// The verdict on the runs of one case.
public sealed interface Comparison {

    /// All engines observed the same, and what the case expects.
    record Agree() implements Comparison {}

    /// Some engine differs; `differences` holds the first difference of each engine that does.
    record Diverge(Signature signature, List<Difference> differences) implements Comparison {
        public Diverge {
            differences = List.copyOf(differences);
        }
    }

    /// The runs cannot be held against each other.
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
