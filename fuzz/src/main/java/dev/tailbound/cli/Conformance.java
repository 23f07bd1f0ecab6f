package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.compare.Unverified;
import dev.tailbound.forms.DataFile;
import dev.tailbound.forms.Source;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.kernel.Loading;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Runs tests of bpf_conformance and grades each engine as the suite's own runner would.
///
/// A file with `-- error` passes if the program is refused, whatever the text of the error.
final class Conformance {
    private static final long LOWER = 0xffff_ffffL;

    private final Differential differential;
    private final TailCallRule rule;
    private final boolean runsUnverified;

    Conformance(Differential differential, TailCallRule rule, boolean runsUnverified) {
        this.differential = differential;
        this.rule = rule;
        this.runsUnverified = runsUnverified;
    }

    /// A test's results by engine.
    ///
    /// @param unverified the program was run although the verifier refuses it
    /// @param unreadable the file holds no program
    record Graded(Map<String, ConformanceResult> results, boolean unverified, boolean unreadable) {}

    Graded grade(Source file) {
        DataFile data;
        try {
            data = DataFile.parse(file);
        } catch (BadInput unknown) {
            return all(ConformanceResult.skipped(unknown.what()), false);
        }
        var lack = data.lack();
        if (lack.isPresent()) {
            return all(ConformanceResult.skipped(lack.get()), false);
        }
        try {
            return grade(data.toCase(), data.expectsError());
        } catch (BadInput unreadable) {
            return data.expectsError() ? all(ConformanceResult.PASS, false)
                    : all(ConformanceResult.refused(unreadable.getMessage()),
                            true);
        }
    }

    private Graded grade(Case source, boolean expectsError) {
        return switch (differential.verify(source)) {
            case Verdict.Rejected rejected when expectsError -> each(engine -> mustRefuse(engine, source, true));
            case Verdict.Rejected rejected when runsUnverified -> gradeUnverified(rejected);
            case Verdict.Rejected rejected -> each(engine -> refused(engine, rejected));
            case Verdict.Accepted _ when expectsError -> each(engine -> mustRefuse(engine, source, false));
            case Verdict.Accepted(var verified) -> ran(verified);
        };
    }

    private Graded gradeUnverified(Verdict.Rejected rejected) {
        return switch (Unverified.of(rejected.source(), rule, differential.order())) {
            case Unverified.Runs(var verified) -> ran(verified);
            case Unverified.Undefined undefined ->
                each(engine -> ConformanceResult.refused(undefined.result().runs().getFirst().outcome().phrase()));
            case Unverified.Impossible _ -> each(engine -> refused(engine, rejected));
        };
    }

    private Graded ran(VerifiedCase verified) {
        var results = new LinkedHashMap<String, ConformanceResult>();
        long expected = verified.source().expectation().r0().orElseThrow();
        differential.compare(verified).runs().forEach(run -> results.put(run.engine(), result(run.outcome(), expected)));
        return new Graded(results, verified.isUnverified(), false);
    }

    private static ConformanceResult result(Outcome outcome, long expected) {
        return switch (outcome) {
            case Outcome.Returned(var seen) when !seen.sees(Part.LOWER_R0) -> ConformanceResult.skipped("r0 is not observed");
            case Outcome.Returned(var seen) when isExpected(seen, expected) && seen.hostDamage().isEmpty() ->
                ConformanceResult.PASS;
            case Outcome.Returned(var seen) when isExpected(seen, expected) ->
                ConformanceResult.fail(String.join("; ", seen.hostDamage()));
            case Outcome.Returned _ -> ConformanceResult.fail("r0 expected 0x%x, %s".formatted(expected, outcome.phrase()));
            case Outcome.Trapped _,Outcome.OverBudget _ -> ConformanceResult.fail(outcome.phrase());
            case Outcome.Refused(var reason) -> ConformanceResult.refused(firstLine(reason));
            case Outcome.Inapplicable(var reason) -> ConformanceResult.skipped(reason);
        };
    }

    private static boolean isExpected(Observation seen, long expected) {
        long compared = seen.sees(Part.UPPER_R0) ? -1 : LOWER;
        return (seen.r0() & compared) == (expected & compared);
    }

    /// A real kernel loads the program; for other engines, our verifier decides.
    private static ConformanceResult mustRefuse(Engine engine, Case source, boolean verifierRefuses) {
        if (!(engine instanceof GuardedKernel guarded)) {
            return verifierRefuses ? ConformanceResult.PASS : ConformanceResult.fail("the verifier accepts it");
        }
        return switch (load(guarded, source)) {
            case Loading.Refused _ -> ConformanceResult.PASS;
            case Loading.Loaded() -> ConformanceResult.fail("the kernel accepts it");
            case Loading.NotAsked(var why) -> ConformanceResult.skipped(why);
        };
    }

    private static ConformanceResult refused(Engine engine, Verdict.Rejected rejected) {
        if (!(engine instanceof GuardedKernel guarded)) {
            return ConformanceResult.refused(Places.describe(rejected));
        }
        return switch (load(guarded, rejected.source())) {
            case Loading.Refused(var reason) -> ConformanceResult.refused(firstLine(reason));
            case Loading.Loaded() -> ConformanceResult.skipped("our verifier refuses it, the kernel accepts it");
            case Loading.NotAsked(var why) -> ConformanceResult.skipped(why);
        };
    }

    /// Programs of kernels need a context. A test without memory gets a socket buffer.
    private static Loading load(GuardedKernel guarded, Case source) {
        boolean hasNoMemory = source.context() instanceof Context.Mem(var data) && data.length() == 0;
        return guarded.kernel().load(List.of(hasNoMemory ? source.withContext(Context.Skb.defaults()) : source)).getFirst();
    }

    private Graded all(ConformanceResult result, boolean unreadable) {
        return new Graded(each(_ -> result).results(), false, unreadable);
    }

    private Graded each(Function<Engine, ConformanceResult> grade) {
        var results = new LinkedHashMap<String, ConformanceResult>();
        differential.engines().forEach(engine -> results.put(engine.name(), grade.apply(engine)));
        return new Graded(results, false, false);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
