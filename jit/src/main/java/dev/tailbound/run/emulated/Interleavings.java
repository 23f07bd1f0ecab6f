package dev.tailbound.run.emulated;

import dev.tailbound.run.Outcome;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/// Outcomes of a case under many interleavings of its updates.
///
/// @param runs       number of interleavings tried
/// @param isComplete all interleavings were tried
/// @param outcomes   observed outcomes, each with the first interleaving that caused it
public record Interleavings(int runs, boolean isComplete, Map<Outcome, Way> outcomes) {
    // The kernel takes at most three steps per direct tail call. Updates beyond this number are never delayed.
    private static final int MAX_UPDATES = 64;
    private static final int MAX_DELAY_BITS = 12;

    /// Interleaving and route of a run.
    ///
    /// @param delays delays of the applied updates, see [ConcurrentUpdates]
    /// @param route  see [dev.tailbound.run.Run#route()]
    public record Way(List<Integer> delays, List<Integer> route) {
        public Way {
            delays = List.copyOf(delays);
            route = List.copyOf(route);
        }
    }

    /// One run, with the number of updates applied before its end, and those among them that a longer delay would have applied later.
    record Run(Outcome outcome, int landed, BitSet delayed, List<Integer> route) {}

    public Interleavings {
        outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    }

    /// For a case with this outcome under every interleaving.
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

    /// Tries so many random interleavings.
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

    private static BitSet tried(Function<int[], Run> runner, int[] delays, Map<Outcome, Way> outcomes) {
        var run = runner.apply(delays);
        outcomes.putIfAbsent(run.outcome(), new Way(Arrays.stream(delays).limit(run.landed()).boxed().toList(), run.route()));
        return run.delayed();
    }

    /// Delays the last of these updates by one more instruction and resets the delays after it; false if there is none.
    private static boolean next(int[] delays, BitSet delayed) {
        int last = delayed.previousSetBit(delays.length - 1);
        if (last < 0) {
            return false;
        }
        delays[last]++;
        Arrays.fill(delays, last + 1, delays.length, 0);
        return true;
    }
}
