package dev.tailbound.compare;

import dev.tailbound.run.Outcome;

/// What one engine made of the case.
public record Run(String engine, Outcome outcome) {
    boolean keptToBudget() {
        return !(outcome instanceof Outcome.OverBudget);
    }
}
