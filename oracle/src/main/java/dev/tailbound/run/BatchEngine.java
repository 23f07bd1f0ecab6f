package dev.tailbound.run;

import dev.tailbound.verify.VerifiedCase;
import java.util.List;
import java.util.function.IntConsumer;

/// An engine for which many cases at once are cheaper than one after the other.
public interface BatchEngine extends Engine {

    /// Runs the cases, in any order; the outcomes are in theirs. `at` is told the position of the case that is under way, now and then also while it is.
    List<Outcome> runAll(List<VerifiedCase> cases, IntConsumer at);

    @Override
    default Outcome run(VerifiedCase verified) {
        return runAll(List.of(verified), _ -> {}).getFirst();
    }
}
