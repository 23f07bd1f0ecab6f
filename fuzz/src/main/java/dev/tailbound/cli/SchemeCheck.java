package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.EngineSpec;
import dev.tailbound.compare.Observable;
import dev.tailbound.generate.Choices;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Runs cases on a scheme and tells which of them breaks it, and how.
final class SchemeCheck {
    private static final int MAX_INTERLEAVINGS = 20_000;

    private long interleavings;

    /// How the first of the cases that does breaks the engine: `34 tail calls at entry insn 14 (call bpf_tail_call)`; empty if it holds.
    Optional<String> breaks(String engine, List<Path> files) {
        var engines = Stream.of("oracle", engine).map(name -> EngineSpec.parse(name).open(TailCallRule.V6_12)).toList();
        try (var differential = new Differential(engines, Case::expectation)) {
            for (var file : files) {
                var source = CaseReader.read(file);
                if (Verifier.verify(source) instanceof Verdict.Accepted(var verified)) {
                    switch (verdict(differential, verified)) {
                        case Comparison.Agree _ -> {
                        }
                        case Comparison.Inconclusive(var reason) -> throw new BadInput(file.toString(), reason);
                        case Comparison.Diverge(_, var differences) -> {
                            return Optional.of(describe(source, differences.getFirst()));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /// In how many ways events of cases have landed.
    long interleavings() {
        return interleavings;
    }

    /// A case with events is run in all ways that they can land.
    private Comparison verdict(Differential differential, VerifiedCase verified) {
        if (verified.source().events().isEmpty()) {
            return differential.compare(verified).comparison();
        }
        var explored = differential.explore(verified, MAX_INTERLEAVINGS, Choices.seeded(0, 0)::below).getFirst();
        interleavings += explored.interleavings().runs();
        return explored.verdict();
    }

    private static String describe(Case source, Difference difference) {
        var place = difference.where().equals(Where.UNKNOWN) ? "" : " at " + Places.describe(source, difference.where());
        return difference.observable() == Observable.BUDGET
                ? (TailCallRule.MAX_TAIL_CALL_CNT + 1) + " tail calls" + place
                : "%s expected %s, found %s".formatted(difference.what(), difference.expected(), difference.found()) + place;
    }
}
