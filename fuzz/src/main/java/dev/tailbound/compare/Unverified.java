package dev.tailbound.compare;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Run;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Comparability;
import dev.tailbound.run.interp.DefinedRun;
import dev.tailbound.run.interp.DefinedRun.Answer;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.ByteOrder;
import java.util.List;

/// Result of preparing a case that the verifier refuses for a run without verification.
public sealed interface Unverified {

    /// Each step of its run is defined, so engines can be compared.
    record Runs(VerifiedCase verified) implements Unverified {}

    /// Its run is undefined from some instruction on, so only the oracle runs it.
    record Undefined(Case source, Differential.Result result) implements Unverified {}

    /// It cannot be compiled.
    record Impossible(String reason) implements Unverified {}

    static Unverified of(Case source, TailCallRule rule, ByteOrder order) {
        return switch (Verifier.assume(source, order)) {
            case Verdict.Rejected rejected -> new Impossible(rejected.message());
            case Verdict.Accepted(var assumed) -> switch (DefinedRun.of(assumed, rule)) {
                case Answer.Defined(var verified) -> new Runs(verified);
                case Answer.Undefined(var trap) -> new Undefined(assumed.source(),
                        new Differential.Result(List.of(new Run("oracle", trap)),
                                new Comparison.Inconclusive(
                                        "the run is not defined: " + place(assumed, trap) + ": " + trap.detail()),
                                Uncompared.of(assumed.source(), new Comparability.Whole()), 0));
            };
        };
    }

    private static String place(VerifiedCase assumed, Outcome.Trapped trap) {
        var whole = assumed.wholes().get(trap.where().program());
        int insn = trap.where().insn();
        return "%s %s (%s)".formatted(whole.program().name(), whole.place(insn),
                whole.text(insn, assumed.source().maps().stream().map(BpfMap::name).toList()));
    }
}
