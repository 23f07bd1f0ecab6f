package dev.tailbound.compare;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.lockstep.Divergence;
import dev.tailbound.lockstep.Lockstep;
import dev.tailbound.run.BatchEngine;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.Run;
import dev.tailbound.run.emulated.Interleavings;
import dev.tailbound.run.emulated.SteppedEngine;
import dev.tailbound.run.interp.Comparability;
import dev.tailbound.run.interp.ReferenceEngine;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Runs cases on several engines, the first of which is the reference, and compares their observations.
///
/// It owns the engines and closes them.
public final class Differential implements AutoCloseable {
    /// Event orders whose oracle run takes more steps are not enumerated: engines may have cut such runs short.
    private static final long MAX_STEPS = SteppedEngine.MIN_INSTRUCTIONS / SteppedEngine.MAX_INSTRUCTIONS_PER_STEP;

    /// If all maps together exceed this number of bytes, observations of engines share equal parts.
    private static final long LARGE_MAPS = 1 << 16;

    private final List<Engine> engines;
    private final Function<Case, Expectation> expectations;
    private final Sampling sampling;
    private final ByteOrder order;

    /// Little-endian engines; `expectations` selects a case's expectations under the current tail-call rule.
    public Differential(List<Engine> engines, Function<Case, Expectation> expectations) {
        this(engines, expectations, ByteOrder.LITTLE_ENDIAN);
    }

    /// Engines with this byte order; `expectations` selects a case's expectations on them.
    public Differential(List<Engine> engines, Function<Case, Expectation> expectations, ByteOrder order) {
        this(engines, expectations, order, Sampling.NONE);
    }

    private Differential(List<Engine> engines, Function<Case, Expectation> expectations, ByteOrder order, Sampling sampling) {
        this.order = order;
        this.engines = List.copyOf(engines);
        this.expectations = expectations;
        this.sampling = sampling;
    }

    /// Random interleavings of each case's events on each engine that can be stepped.
    ///
    /// @param runs   interleavings of a case
    /// @param delays supplies the same random numbers for every case
    public record Sampling(int runs, Supplier<IntUnaryOperator> delays) {
        /// No interleavings besides the immediate one.
        public static final Sampling NONE = new Sampling(0, () -> _ -> 0);
    }

    /// The outcomes of one engine under many interleavings of a case's events.
    ///
    /// @param delays the delays of the updates in the interleaving that does not agree
    public record Explored(String engine, Interleavings interleavings, Comparison verdict, List<Integer> delays) {
        public Explored {
            delays = List.copyOf(delays);
        }
    }

    /// The runs of one case and the verdict on them, without the parts in `uncompared`.
    ///
    /// @param interleavings number of further runs, with the updates of the case's events at other times
    public record Result(List<Run> runs, Comparison comparison, Uncompared uncompared, int interleavings) {}

    /// The same engines with random interleavings of events.
    public Differential sampling(Sampling other) {
        return new Differential(engines, expectations, order, other);
    }

    /// The byte order of the engines.
    public ByteOrder order() {
        return order;
    }

    /// Verifies a case for these engines.
    public Verdict verify(Case source) {
        return Verifier.verify(source, order);
    }

    public List<Engine> engines() {
        return engines;
    }

    public List<String> engineNames() {
        return engines.stream().map(Engine::name).toList();
    }

    /// Starts engines that take time to start; `alive` is called repeatedly meanwhile.
    public void start(Runnable alive) {
        engines.forEach(engine -> engine.start(alive));
    }

    public Result compare(VerifiedCase verified) {
        return compareAll(List.of(verified), _ -> {}).getFirst();
    }

    /// Compares each of many cases; `at` receives the position of the case that is running.
    public List<Result> compareAll(List<VerifiedCase> cases, IntConsumer at) {
        var runs = new ArrayList<Run[]>();
        for (var verified : cases) {
            at.accept(runs.size());
            runs.add(run(verified));
        }
        for (int engine = 0; engine < engines.size(); engine++) {
            if (engines.get(engine) instanceof BatchEngine batch) {
                var outcomes = batch.runAll(cases, at);
                for (int i = 0; i < cases.size(); i++) {
                    runs.get(i)[engine] = new Run(batch.name(), outcomes.get(i));
                }
            }
        }
        var results = new ArrayList<Result>();
        for (int i = 0; i < cases.size(); i++) {
            int position = i;
            at.accept(position);
            results.add(interleaved(cases.get(i), result(cases.get(i), List.of(runs.get(i))), () -> at.accept(position)));
        }
        return results;
    }

    /// Whether the engines would agree if one of them had this outcome.
    public boolean wouldAgree(VerifiedCase verified, Engine one, Outcome outcome) {
        var runs = run(verified);
        for (int i = 0; i < runs.length; i++) {
            var engine = engines.get(i);
            if (engine.equals(one)) {
                runs[i] = new Run(engine.name(), outcome);
            } else if (runs[i] == null) {
                runs[i] = engine.run(verified, OptionalLong.empty());
            }
        }
        return judge(verified, List.of(runs)) instanceof Comparison.Agree;
    }

    /// The runs of the engines that run one case at a time.
    ///
    /// The oracle runs first: its steps bound the instructions of the others, so that no verdict depends on speed.
    private Run[] run(VerifiedCase verified) {
        boolean hasLargeMaps = verified.source().maps().stream().mapToLong(BpfMap::bytes).sum() > LARGE_MAPS;
        var runs = new Run[engines.size()];
        var steps = OptionalLong.empty();
        for (int i = 0; i < runs.length; i++) {
            if (engines.get(i) instanceof ReferenceEngine oracle) {
                runs[i] = oracle.run(verified, OptionalLong.empty());
                // If the oracle's run was cut short, nothing is compared.
                steps = runs[i].outcome() instanceof Outcome.Returned ? runs[i].steps() : OptionalLong.of(0);
            }
        }
        for (int i = 0; i < runs.length; i++) {
            if (runs[i] == null && !(engines.get(i) instanceof BatchEngine)) {
                var run = engines.get(i).run(verified, steps);
                runs[i] = run.with(tolerant(run.outcome(), verified));
            }
            if (hasLargeMaps && i > 0 && runs[i] != null && runs[0] != null) {
                runs[i] = runs[i].sharing(runs[0]);
            }
        }
        return runs;
    }

    /// That an engine refuses what the verifier refuses says nothing of it.
    private static Outcome tolerant(Outcome outcome, VerifiedCase verified) {
        return outcome instanceof Outcome.Refused(var reason) && verified.isUnverified() ? new Outcome.Inapplicable(reason)
                : outcome;
    }

    /// The verdict on runs, in the order of the engines.
    public Comparison judge(VerifiedCase verified, List<Run> runs) {
        return result(verified, runs).comparison();
    }

    private Result result(VerifiedCase verified, List<Run> runs) {
        var source = verified.source();
        if (!source.events().isEmpty()) {
            return new Result(runs, judgeWithEvents(verified, runs), Uncompared.of(source, new Comparability.Whole()), 0);
        }
        var comparability = comparability(verified, runs);
        return new Result(runs, judgeAlone(verified, runs, comparability), Uncompared.of(source, comparability), 0);
    }

    /// The result, or that of the first interleaving that diverges; `alive` is called before the interleavings of each engine.
    private Result interleaved(VerifiedCase verified, Result result, Runnable alive) {
        if (sampling.runs() == 0 || verified.source().events().isEmpty() || !(result.comparison() instanceof Comparison.Agree)) {
            return result;
        }
        var reference = result.runs().getFirst();
        int tried = 0;
        for (var engine : engines) {
            if (engine instanceof SteppedEngine stepped) {
                alive.run();
                var sampled = stepped.sample(verified, sampling.runs(), sampling.delays().get());
                tried += sampled.runs();
                var runs = sampled.outcomes().entrySet().stream().map(way -> run(engine, way)).toList();
                var all = Stream.concat(Stream.of(reference), runs.stream()).toList();
                if (judge(verified, all) instanceof Comparison.Diverge) {
                    return runs.stream().map(run -> List.of(reference, run))
                            .filter(pair -> judge(verified, pair) instanceof Comparison.Diverge)
                            .map(pair -> new Result(pair, judge(verified, pair), result.uncompared(), 0)).findFirst()
                            .orElse(result);
                }
            }
        }
        return new Result(result.runs(), result.comparison(), result.uncompared(), tried);
    }

    /// The time of events is not fixed, so an engine may observe any outcome of the oracle under some order of the events. If it has none of them, it
    /// is compared with the closest one.
    private Comparison judgeWithEvents(VerifiedCase verified, List<Run> runs) {
        var judge = withEvents(verified, expectations.apply(verified.source()));
        if (!(engines.getFirst() instanceof ReferenceEngine oracle)) {
            return judge.judgeBudget(runs, "the case has events, and the oracle is not the reference");
        }
        if (verified.facts().stream().anyMatch(ProgramFacts::needsTracking)) {
            return judge.judgeBudget(runs,
                    "the case has events, and addresses or unwritten stack bytes may reach what is observed");
        }
        var reference = runs.getFirst();
        var expected = judge.judge(List.of(reference));
        var outcomes = oracle.eventOutcomes(verified, MAX_STEPS);
        var others = runs.stream().skip(1)
                .filter(run -> !run.outcome().equals(reference.outcome()) && !outcomes.include(run.outcome(), run.route()))
                .toList();
        if (others.isEmpty() || !(expected instanceof Comparison.Agree)) {
            return expected;
        }
        var allowed = outcomes.all();
        if (allowed.isEmpty()) {
            return judge.judgeBudget(runs, "the case's events have too many possible orders");
        }
        var different = others.stream().filter(run -> !allowed.contains(run.outcome())).toList();
        if (different.isEmpty()) {
            return expected;
        }
        var unexpecting = withEvents(verified, Expectation.NONE);
        var closest = allowed.stream().map(outcome -> new Run(reference.engine(), outcome))
                .max(Comparator.comparing(candidate -> firstDifference(unexpecting, candidate, different.getFirst())))
                .orElse(reference);
        return unexpecting.judge(Stream.concat(Stream.of(closest), different.stream()).toList());
    }

    private static Judge withEvents(VerifiedCase verified, Expectation expectation) {
        return new Judge(verified, expectation, UnaryOperator.identity(), _ -> Where.UNKNOWN);
    }

    /// The later the first difference, the more of the run equals the reference.
    private static Observable firstDifference(Judge judge, Run reference, Run run) {
        return judge.judge(List.of(reference, run)) instanceof Comparison.Diverge(_, var differences)
                ? differences.getFirst().observable()
                : Observable.REFUSED;
    }

    /// Runs all interleavings of the case's events on each emulated engine, or `limit` systematic and `limit` random ones. The verdict is on the
    /// first outcome that the oracle does not have. `below` returns a random number from 0 to below its argument.
    public List<Explored> explore(VerifiedCase verified, int limit, IntUnaryOperator below) {
        var reference = engines.getFirst().run(verified, OptionalLong.empty());
        var explored = new ArrayList<Explored>();
        for (var engine : engines) {
            if (engine instanceof SteppedEngine stepped) {
                explored.add(explore(verified, reference, stepped, stepped.explore(verified, limit, below)));
            }
        }
        return explored;
    }

    private Explored explore(VerifiedCase verified, Run reference, Engine engine, Interleavings interleavings) {
        for (var outcome : interleavings.outcomes().entrySet()) {
            var verdict = judge(verified, List.of(reference, run(engine, outcome)));
            if (!(verdict instanceof Comparison.Agree)) {
                return new Explored(engine.name(), interleavings, verdict, outcome.getValue().delays());
            }
        }
        return new Explored(engine.name(), interleavings, new Comparison.Agree(), List.of());
    }

    private static Run run(Engine engine, Map.Entry<Outcome, Interleavings.Way> way) {
        return new Run(engine.name(), way.getKey(), way.getValue().route(), OptionalLong.empty());
    }

    private Comparison judgeAlone(VerifiedCase verified, List<Run> runs, Comparability comparability) {
        var judge = new Judge(verified, expectations.apply(verified.source()), comparability::comparable,
                difference -> locate(verified, difference).map(Divergence::where).orElse(Where.UNKNOWN));
        return comparability instanceof Comparability.Nothing(var reason) ? judge.judgeBudget(runs, reason) : judge.judge(runs);
    }

    /// For each engine that differs, its first wrong instruction, if [Lockstep] finds it.
    public List<Divergence> locate(VerifiedCase verified, Comparison comparison) {
        return switch (comparison) {
            case Comparison.Agree _,Comparison.Inconclusive _ -> List.of();
            case Comparison.Diverge diverge ->
                diverge.differences().stream().flatMap(difference -> locate(verified, difference).stream()).toList();
        };
    }

    /// Locates the error in the engine, or in its reference if that is not the oracle.
    private Optional<Divergence> locate(VerifiedCase verified, Difference difference) {
        return Stream.of(difference.engine(), difference.reference()).flatMap(this::stepped)
                .flatMap(engine -> Lockstep.locate(verified, engine).stream()).findFirst();
    }

    private Stream<SteppedEngine> stepped(String name) {
        return engines.stream().filter(engine -> engine.name().equals(name)).filter(SteppedEngine.class::isInstance)
                .map(SteppedEngine.class::cast);
    }

    /// Only the oracle tracks the bits that depend on addresses.
    private Comparability comparability(VerifiedCase verified, List<Run> runs) {
        for (int i = 0; i < runs.size(); i++) {
            if (engines.get(i) instanceof ReferenceEngine oracle) {
                return oracle.comparability(verified);
            }
        }
        return verified.facts().stream().anyMatch(ProgramFacts::needsTracking)
                ? new Comparability.Nothing(
                        "addresses or unwritten stack bytes may reach what is observed, and the oracle is not among the engines")
                : new Comparability.Whole();
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
    }
}
