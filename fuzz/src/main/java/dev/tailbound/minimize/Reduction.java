package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import java.util.stream.Stream;

/// A named rule that makes cases smaller.
///
/// Every candidate is smaller than the case in the order of [CaseSize], but need not be valid. The largest steps come first.
record Reduction(String name, Candidates candidates) {

    /// The candidates for a case, lazily.
    @FunctionalInterface
    interface Candidates {
        Stream<Case> of(Case source);
    }
}
