package dev.tailbound.run.interp;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.RouteVisibility.OffRoute;
import dev.tailbound.verify.VerifiedCase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The allowed outcomes of a case with program array updates: those of all runs over all times at which its tail calls may see the updates.
public final class EventOutcomes {
    private final Interpreter oracle;
    private final VerifiedCase verified;
    private final long limit;
    /// Cost of laying out the maps for a run, in instructions: about one per cache line.
    private final long layout;

    private static final int LINE = 64;

    /// Enumerates runs of `oracle` that execute at most `limit` instructions in total.
    EventOutcomes(Interpreter oracle, VerifiedCase verified, long limit) {
        this.oracle = oracle;
        this.verified = verified;
        this.limit = limit;
        layout = verified.source().maps().stream().mapToLong(BpfMap::bytes).sum() / LINE;
    }

    /// All allowed outcomes; empty if the limit is exceeded.
    public Set<Outcome> all() {
        var outcomes = new LinkedHashSet<Outcome>();
        var sights = new VisibilityChoices();
        long taken = 0;
        do {
            var run = oracle.run(verified, sights);
            outcomes.add(run.outcome());
            taken += run.steps().orElseThrow() + layout;
            if (taken > limit) {
                return Set.of();
            }
        } while (sights.advance());
        return outcomes;
    }

    /// Whether a run with this [dev.tailbound.run.Run#route()] has this outcome.
    ///
    /// A route is only a hint: it selects one of many runs, and that run must obey all rules.
    public boolean include(Outcome outcome, List<Integer> route) {
        var programs = verified.source().programs();
        var sight = new RouteVisibility(route.stream().map(program -> program < 0 ? "" : programs.get(program).name()).toList());
        try {
            return oracle.run(verified, sight).outcome().equals(outcome);
        } catch (OffRoute _) {
            return false;
        }
    }
}
