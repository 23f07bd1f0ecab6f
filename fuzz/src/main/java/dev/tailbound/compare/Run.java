package dev.tailbound.compare;

import dev.tailbound.run.Engine;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.verify.VerifiedCase;
import java.util.List;

/// The outcome of a case on one engine.
///
/// @param route see [Engine#route()]
public record Run(String engine, Outcome outcome, List<Integer> route) {
    public Run {
        route = List.copyOf(route);
    }

    /// A run without a recorded route.
    public Run(String engine, Outcome outcome) {
        this(engine, outcome, List.of());
    }

    /// Runs the case.
    public static Run of(Engine engine, VerifiedCase verified) {
        return new Run(engine.name(), engine.run(verified), engine.route());
    }

    /// The same, see [Observation#sharing].
    Run sharing(Run other) {
        return outcome instanceof Outcome.Returned(var mine) && other.outcome instanceof Outcome.Returned(var theirs)
                ? new Run(engine, new Outcome.Returned(mine.sharing(theirs)), route)
                : this;
    }

    boolean keptToBudget() {
        return !(outcome instanceof Outcome.OverBudget);
    }
}
