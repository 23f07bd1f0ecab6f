package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.Observable;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.Choices;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Runs cases on a scheme and finds the first that breaks it.
final class SchemeCheck {
    private static final int MAX_INTERLEAVINGS = 20_000;

    private long interleavings;

    /// How the first failing case breaks the engine: `34 tail calls at entry insn 14 (call bpf_tail_call)`; empty if the scheme holds.
    Optional<String> breaks(String engine, List<Path> files) {
        var engines = Stream.of("oracle", engine).map(name -> EngineSpec.parse(name).open(TailCallRule.V6_12)).toList();
        try (var differential = new Differential(engines, Case::expectation)) {
            for (var file : files) {
                var broken = run(differential, CaseReader.read(file));
                if (broken.isPresent()) {
                    return broken;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> run(Differential differential, Case source) {
        var expected = source.expectation();
        return switch (Verifier.verify(source)) {
            case Verdict.Rejected(_, _, _, var reason) when expected.allowsRejection(reason) -> Optional.empty();
            case Verdict.Rejected rejected -> Optional.of(Places.describe(rejected));
            case Verdict.Accepted _ when expected.expectsRejection() -> Optional.of("accepted");
            case Verdict.Accepted(var verified) -> switch (verdict(differential, verified)) {
                case Comparison.Agree _ -> unbounded(verified);
                case Comparison.Inconclusive(var reason) -> Optional.of(reason);
                case Comparison.Diverge(_, var differences) -> Optional.of(describe(source, differences.getFirst()));
            };
        };
    }

    /// If extensions restart the count of a chain, all engines agree on more tail calls than one run may make.
    private static Optional<String> unbounded(VerifiedCase verified) {
        if (!verified.source().attachments().hasExtensions()) {
            return Optional.empty();
        }
        try (var oracle = new Interpreter()) {
            return oracle.outcome(verified) instanceof Outcome.Returned(var seen) && seen
                    .tailCalls() > TailCallRule.MAX_TAIL_CALL_CNT
                            ? Optional.of("%d tail calls".formatted(seen.tailCalls()))
                            : Optional.empty();
        }
    }

    /// Number of interleavings of events that were run.
    long interleavings() {
        return interleavings;
    }

    /// A case with events runs under all interleavings.
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
