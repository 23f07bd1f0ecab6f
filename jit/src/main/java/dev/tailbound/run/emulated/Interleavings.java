package dev.tailbound.run.emulated;

import dev.tailbound.run.Outcome;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/// What came of a case whose events landed in many different ways.
///
/// @param runs       ways that were tried
/// @param isComplete there are no others
/// @param outcomes   what was observed, with the first way that led to it
public record Interleavings(int runs, boolean isComplete, Map<Outcome, Way> outcomes) {
    // The kernel takes no more than three steps for each direct tail call; a case that has more updates is tried in fewer ways.
    private static final int MAX_UPDATES = 64;
    private static final int MAX_DELAY_BITS = 12;

    /// How a run went.
    ///
    /// @param delays of the updates that landed, see [ConcurrentUpdates]
    /// @param route  see [dev.tailbound.run.Engine#route()]
    public record Way(List<Integer> delays, List<Integer> route) {
        public Way {
            delays = List.copyOf(delays);
            route = List.copyOf(route);
        }
    }

    /// One run, with the number of updates that landed before its end.
    record Run(Outcome outcome, int landed, List<Integer> route) {}

    public Interleavings {
        outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    }

    /// Of a case that comes to this whatever the way.
    static Interleavings of(Outcome outcome) {
        return new Interleavings(0, true, Map.of(outcome, new Way(List.of(), List.of())));
    }

    static Interleavings explore(Function<int[], Run> runner, int limit, IntUnaryOperator below) {
        var outcomes = new LinkedHashMap<Outcome, Way>();
        var delays = new int[MAX_UPDATES];
        int runs = 0;
        boolean more = true;
        while (more && runs < limit) {
            more = next(delays, tried(runner, delays, outcomes));
            runs++;
        }
        for (int i = 0; more && i < limit; i++, runs++) {
            tryAny(runner, outcomes, below);
        }
        return new Interleavings(runs, !more, outcomes);
    }

    /// So many random ways.
    static Interleavings sample(Function<int[], Run> runner, int runs, IntUnaryOperator below) {
        var outcomes = new LinkedHashMap<Outcome, Way>();
        for (int i = 0; i < runs; i++) {
            tryAny(runner, outcomes, below);
        }
        return new Interleavings(runs, false, outcomes);
    }

    private static void tryAny(Function<int[], Run> runner, Map<Outcome, Way> outcomes, IntUnaryOperator below) {
        var delays = new int[MAX_UPDATES];
        Arrays.setAll(delays, _ -> below.applyAsInt(1 << below.applyAsInt(MAX_DELAY_BITS)));
        tried(runner, delays, outcomes);
    }

    private static int tried(Function<int[], Run> runner, int[] delays, Map<Outcome, Way> outcomes) {
        var run = runner.apply(delays);
        outcomes.putIfAbsent(run.outcome(), new Way(Arrays.stream(delays).limit(run.landed()).boxed().toList(), run.route()));
        return run.landed();
    }

    /// The last update that landed comes an instruction later, those after it at once; false where none has landed.
    private static boolean next(int[] delays, int landed) {
        if (landed == 0) {
            return false;
        }
        int last = Math.min(landed, delays.length) - 1;
        delays[last]++;
        Arrays.fill(delays, last + 1, delays.length, 0);
        return true;
    }
}
