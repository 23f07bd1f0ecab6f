package dev.tailbound.run;

import java.util.List;
import java.util.OptionalLong;

/// Everything that an engine reports of one run.
///
/// @param engine the engine's name
/// @param route  target program of each tail call, as indices in order, negative for a fall-through; empty if the engine does not know them
/// @param steps  BPF instructions that the run executed; empty if the engine does not count them
public record Run(String engine, Outcome outcome, List<Integer> route, OptionalLong steps) {
    public Run {
        route = List.copyOf(route);
    }

    /// A run without a recorded route or count.
    public Run(String engine, Outcome outcome) {
        this(engine, outcome, List.of(), OptionalLong.empty());
    }

    /// The same run with another outcome.
    public Run with(Outcome other) {
        return new Run(engine, other, route, steps);
    }

    /// The same, see [Observation#sharing].
    public Run sharing(Run other) {
        return outcome instanceof Outcome.Returned(var mine) && other.outcome instanceof Outcome.Returned(var theirs)
                ? with(new Outcome.Returned(mine.sharing(theirs)))
                : this;
    }

    /// Whether the run was not stopped for its number of tail calls.
    public boolean keptToBudget() {
        return !(outcome instanceof Outcome.OverBudget);
    }
}
