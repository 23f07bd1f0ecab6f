package dev.tailbound.campaign.check;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.engines.EngineSpec;
import java.util.List;
import java.util.function.Predicate;

/// Engines known to follow the rule, in addition to those of a finding: a smaller case must agree on each of them on which the original agrees.
///
/// Otherwise it may show another difference with the same signature: in the original, `arm64:x26` loses the count of a callee; in the smaller case,
/// all engines differ from the oracle.
///
/// ```java
/// try (var sound = SoundEngines.beside(set, () -> {})) {
///     Predicate<Case> agree = sound.agreeingOn(original);
/// }
/// ```
public final class SoundEngines implements AutoCloseable {
    private final List<Differential> pairs;
    private final Runnable beforeEach;

    private SoundEngines(List<Differential> pairs, Runnable beforeEach) {
        this.pairs = pairs;
        this.beforeEach = beforeEach;
    }

    /// No engines.
    public static SoundEngines none() {
        return new SoundEngines(List.of(), () -> {});
    }

    /// For each processor of the set's engines, the engine that follows the set's rule, unless it is in the set. `beforeEach` runs before every case.
    public static SoundEngines beside(EngineSet set, Runnable beforeEach) {
        var oracle = EngineSpec.parse("oracle");
        return new SoundEngines(
                set.soundBeside().stream().map(sound -> new EngineSet(List.of(oracle, sound), set.rule()).open()).toList(),
                beforeEach);
    }

    /// Whether a case agrees on all of these engines on which the original agrees.
    public Predicate<Case> agreeingOn(Case original) {
        var checkers = pairs.stream().map(pair -> new Checker(pair, beforeEach).closer())
                .filter(checker -> agrees(checker, original)).toList();
        return candidate -> checkers.stream().allMatch(checker -> agrees(checker, candidate));
    }

    private static boolean agrees(Checker checker, Case source) {
        return ClassifiedCase.by(checker, source, List.of(), _ -> {}).verdict() == CaseVerdict.AGREE;
    }

    @Override
    public void close() {
        pairs.forEach(Differential::close);
    }
}
