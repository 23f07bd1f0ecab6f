package dev.tailbound.compare;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.Comparability;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Runs cases on several engines, the first of which is the reference, and judges what they observed.
///
/// It owns the engines and closes them.
public final class Differential implements AutoCloseable {
    private final List<Engine> engines;
    private final Function<Case, Expectation> expectations;

    /// `expectations` picks what a case expects under the tail-call rule in force.
    public Differential(List<Engine> engines, Function<Case, Expectation> expectations) {
        this.engines = List.copyOf(engines);
        this.expectations = expectations;
    }

    /// The runs of one case and the verdict on them.
    public record Result(List<Run> runs, Comparison comparison) {}

    public List<Engine> engines() {
        return engines;
    }

    public List<String> engineNames() {
        return engines.stream().map(Engine::name).toList();
    }

    public Result compare(VerifiedCase verified) {
        var runs = new ArrayList<Run>();
        for (var engine : engines) {
            runs.add(new Run(engine.name(), engine.run(verified)));
        }
        return new Result(runs, judge(verified, runs));
    }

    /// The verdict on runs of the engines, which are in their order.
    public Comparison judge(VerifiedCase verified, List<Run> runs) {
        var comparability = comparability(verified, runs.getFirst().outcome());
        if (comparability instanceof Comparability.Nothing(var reason)) {
            return new Comparison.Inconclusive(reason);
        }
        return new Judge(verified.source(), expectations.apply(verified.source()), comparability::comparable).judge(runs);
    }

    /// Only the oracle can run under two address layouts and tell what depends on them.
    private Comparability comparability(VerifiedCase verified, Outcome reference) {
        if (engines.getFirst() instanceof Interpreter oracle) {
            return oracle.comparability(verified, reference);
        }
        return verified.facts().stream().anyMatch(ProgramFacts::leaksAddresses)
                ? new Comparability.Nothing("addresses may reach what is observed, and the oracle is not among the engines")
                : new Comparability.Whole();
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
    }
}
