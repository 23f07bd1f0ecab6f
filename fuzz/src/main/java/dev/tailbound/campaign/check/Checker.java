package dev.tailbound.campaign.check;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Differential;
import dev.tailbound.generate.Choices;
import dev.tailbound.run.BatchEngine;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifications;
import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Checks a case: verifies it, runs it on every engine, and compares the runs.
public final class Checker {
    private static final int BATCH = 64;
    /// Random interleavings of each case with events, on each emulated engine.
    private static final int INTERLEAVINGS = 4;
    /// The same for a single case or for minimizing, where further interleavings may show the finding; the first ones are those of campaigns.
    private static final int MORE_INTERLEAVINGS = 64;

    private final Differential differential;
    private final Runnable beforeEach;
    private final Verifications verifications;

    private Checker(Differential differential, Runnable beforeEach, int interleavings) {
        this.differential = sampled(differential, interleavings);
        this.beforeEach = beforeEach;
        this.verifications = new Verifications(differential.order());
    }

    /// `beforeEach` runs before every case; workers beat their heartbeat there.
    public Checker(Differential differential, Runnable beforeEach) {
        this(differential, beforeEach, INTERLEAVINGS);
    }

    /// A checker with more interleavings of events.
    public Checker closer() {
        return new Checker(differential, beforeEach, MORE_INTERLEAVINGS);
    }

    /// The same engines with as many random interleavings of events as for a single case.
    public static Differential closer(Differential differential) {
        return sampled(differential, MORE_INTERLEAVINGS);
    }

    private static Differential sampled(Differential differential, int runs) {
        return differential.sampling(new Differential.Sampling(runs, () -> Choices.seeded(0, 0)::below));
    }

    public Checker(Differential differential) {
        this(differential, () -> {});
    }

    /// Verifies a case for the engines.
    public Verdict verify(Case source) {
        return differential.verify(source);
    }

    public Checked check(Case source) {
        return checkAll(List.of(source), _ -> beforeEach.run()).getFirst();
    }

    /// The best number of cases to check at once.
    public int batch() {
        return differential.engines().stream().anyMatch(BatchEngine.class::isInstance) ? BATCH : 1;
    }

    /// The results in the order of the cases; `at` receives the position of the current case.
    public List<Checked> checkAll(List<Case> cases, IntConsumer at) {
        var verdicts = new ArrayList<Verdict>();
        for (var source : cases) {
            at.accept(verdicts.size());
            verdicts.add(verifications.verify(source));
        }
        var accepted = IntStream.range(0, verdicts.size()).filter(i -> verdicts.get(i) instanceof Verdict.Accepted).boxed()
                .toList();
        var results = differential
                .compareAll(verdicts.stream().flatMap(Checker::accepted).toList(), i -> at.accept(accepted.get(i))).iterator();
        return verdicts.stream().<Checked>map(verdict -> switch (verdict) {
            case Verdict.Accepted(var verified) -> new Checked.Compared(verified, results.next());
            case Verdict.Rejected rejected -> new Checked.Refused(rejected);
        }).toList();
    }

    private static Stream<VerifiedCase> accepted(Verdict verdict) {
        return verdict instanceof Verdict.Accepted(var verified) ? Stream.of(verified) : Stream.empty();
    }
}
