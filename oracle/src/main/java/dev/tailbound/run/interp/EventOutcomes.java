package dev.tailbound.run.interp;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.RouteVisibility.OffRoute;
import dev.tailbound.verify.VerifiedCase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The outcomes that a case allows whose events change program arrays: those of its runs for all times at which its tail calls may see that.
public final class EventOutcomes {
    private final Interpreter oracle;
    private final VerifiedCase verified;
    private final long limit;
    /// What laying out the maps for a run costs, in instructions: about as many as they have cache lines.
    private final long layout;

    private static final int LINE = 64;

    /// Looks through runs of `oracle` that take `limit` instructions in all, no more.
    public EventOutcomes(Interpreter oracle, VerifiedCase verified, long limit) {
        this.oracle = oracle;
        this.verified = verified;
        this.limit = limit;
        layout = verified.source().maps().stream().mapToLong(BpfMap::bytes).sum() / LINE;
    }

    /// All of them; empty if that takes too long.
    public Set<Outcome> all() {
        var outcomes = new LinkedHashSet<Outcome>();
        var sights = new VisibilityChoices();
        long taken = 0;
        do {
            outcomes.add(oracle.run(verified, sights));
            taken += oracle.steps() + layout;
            if (taken > limit) {
                return Set.of();
            }
        } while (sights.advance());
        return outcomes;
    }

    /// Whether `outcome` is that of a run with this [dev.tailbound.run.Engine#route()].
    ///
    /// A route is a hint only: it leads to one run of many, which is held to all rules.
    public boolean include(Outcome outcome, List<Integer> route) {
        var programs = verified.source().programs();
        var sight = new RouteVisibility(route.stream().map(program -> program < 0 ? "" : programs.get(program).name()).toList());
        try {
            return oracle.run(verified, sight).equals(outcome);
        } catch (OffRoute _) {
            return false;
        }
    }
}
