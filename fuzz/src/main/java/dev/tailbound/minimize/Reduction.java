package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import java.util.stream.Stream;

/// A named way of making cases smaller.
///
/// Every candidate is smaller than the case in the order of [CaseSize]; it need not be valid, and the largest steps come first.
record Reduction(String name, Candidates candidates) {

    /// What the reduction proposes for a case, lazily.
    @FunctionalInterface
    interface Candidates {
        Stream<Case> of(Case source);
    }
}
