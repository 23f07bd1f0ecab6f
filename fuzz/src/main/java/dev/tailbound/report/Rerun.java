package dev.tailbound.report;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.disasm.UnusableLibraryException;
import dev.tailbound.lockstep.Divergence;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// The result of running a stored case again.
sealed interface Rerun {

    /// It ran. `divergences` has the known first wrong instructions; `code` has the machine code of the engines that disagree.
    record Ran(VerifiedCase verified, Differential.Result result, List<Divergence> divergences,
            SequencedMap<String, List<Listing>> code) implements Rerun {
        Case source() {
            return verified.source();
        }

        /// The first difference per differing engine.
        List<Difference> differences() {
            return result.comparison() instanceof Comparison.Diverge(_, var differences) ? differences : List.of();
        }

        /// The known wrong instructions of an engine.
        Set<Where> culprits(String engine) {
            return differences().stream().filter(difference -> difference.engine().equals(engine)).map(Difference::where)
                    .filter(where -> where.insn() >= 0).collect(Collectors.toSet());
        }

        private boolean isCompiled(String engine) {
            return result.runs().stream().anyMatch(run -> run.engine().equals(engine)
                    && !(run.outcome() instanceof Outcome.Refused || run.outcome() instanceof Outcome.Inapplicable));
        }
    }

    /// It did not run, for a reason in one sentence.
    record Failed(String reason) implements Rerun {}

    /// Runs a divergence again; an engine's failure ends this case, not the report.
    static Rerun of(Path file, EngineSet engines, Differential differential) {
        try {
            var source = CaseReader.read(file);
            return switch (differential.verify(source)) {
                case Verdict.Rejected rejected -> new Failed("The verifier rejects it: " + rejected.message());
                case Verdict.Accepted(var verified) -> run(verified, engines, differential);
            };
        } catch (BadInput bad) {
            return new Failed(bad.getMessage());
        } catch (UnusableLibraryException unusable) {
            throw unusable; // a problem of the environment, not of the case
        } catch (RuntimeException | StackOverflowError e) {
            return new Failed("Tailbound failed on it: " + e);
        }
    }

    private static Rerun run(VerifiedCase verified, EngineSet engines, Differential differential) {
        var result = differential.compare(verified);
        var code = new LinkedHashMap<String, List<Listing>>();
        var ran = new Ran(verified, result, differential.locate(verified, result.comparison()), code);
        var disagreeing = ran.differences().stream().map(Difference::engine).toList();
        for (var engine : engines.specs()) {
            if (engine instanceof EmulatedSpec emulated && disagreeing.contains(engine.name()) && ran.isCompiled(engine.name())) {
                code.put(engine.name(), listings(verified, emulated));
            }
        }
        return ran;
    }

    private static List<Listing> listings(VerifiedCase verified, EmulatedSpec engine) {
        try (var emulated = engine.open(TailCallRule.V6_12)) {
            return emulated.compile(verified).stream().flatMap(image -> Listing.of(verified.source(), engine, image).stream())
                    .toList();
        }
    }
}
