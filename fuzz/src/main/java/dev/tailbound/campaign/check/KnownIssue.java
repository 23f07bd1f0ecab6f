package dev.tailbound.campaign.check;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import java.util.function.BiPredicate;

/// A divergence that is understood and tracked elsewhere: it is counted separately and is no finding.
///
/// @param name    one word for summaries: letters, digits, `-`
/// @param link    where it is tracked
/// @param applies whether a divergence of a case is this issue
public record KnownIssue(String name, String link, BiPredicate<Case, Comparison.Diverge> applies) {}
