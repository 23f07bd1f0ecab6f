package dev.tailbound.run;

import dev.tailbound.verify.VerifiedCase;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/// An engine that runs many cases together more cheaply than one at a time.
public interface BatchEngine extends Engine {

    /// Runs the cases in any order; outcomes are in the order of `cases`. `at` receives the index of the current case, also repeatedly during a case.
    List<Outcome> runAll(List<VerifiedCase> cases, IntConsumer at);

    @Override
    default Run run(VerifiedCase verified, OptionalLong steps) {
        return new Run(name(), runAll(List.of(verified), _ -> {}).getFirst());
    }
}
