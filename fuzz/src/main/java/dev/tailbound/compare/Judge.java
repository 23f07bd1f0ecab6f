package dev.tailbound.compare;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.Run;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Compares the runs of one case with a reference among them, and the reference with the case's expectations.
///
/// The reference is the first run within the budget of tail calls: exceeding it is wrong for any engine. The comparison is three-valued.
/// If the reference did not return, the case is inconclusive. Every other difference is a divergence, and so is an engine's refusal of a
/// case that the verifier accepted.
public final class Judge {
    private final Case source;
    private final ByteOrder order;
    private final Expectation expectation;
    private final UnaryOperator<Observation> mask;
    private final Function<Difference, Where> locator;

    /// `mask` blanks the bits that depend on addresses, on both sides. `locator` finds the place of a difference if the outcome does not contain it.
    public Judge(VerifiedCase verified, Expectation expectation, UnaryOperator<Observation> mask,
            Function<Difference, Where> locator) {
        this.source = verified.source();
        this.order = verified.order();
        this.expectation = expectation.inMemory(source.maps(), order);
        this.mask = mask;
        this.locator = locator;
    }

    /// The verdict on these runs, at least one.
    public Comparison judge(List<Run> runs) {
        var first = runs.stream().filter(Run::keptToBudget).findFirst();
        if (first.isEmpty()) {
            return overBudget(runs);
        }
        var reference = first.get();
        if (!(reference.outcome() instanceof Outcome.Returned(Observation expected))) {
            return new Comparison.Inconclusive(
                    "%s, the reference, %s".formatted(reference.engine(), reference.outcome().phrase()));
        }
        var others = new ArrayList<>(runs);
        others.remove(reference);
        var differences = new ArrayList<Difference>();
        unexpected(reference, expected).ifPresent(differences::add);
        for (var run : others) {
            difference(reference.engine(), expected, run).map(this::located).ifPresent(differences::add);
        }
        return differences.isEmpty() ? silence(others).orElseGet(Comparison.Agree::new) : verdict(differences);
    }

    /// The verdict on runs of which only the budget can be compared, for this reason.
    public Comparison judgeBudget(List<Run> runs, String reason) {
        return overBudget(runs) instanceof Comparison.Diverge diverge ? diverge : new Comparison.Inconclusive(reason);
    }

    /// The verdict on the budget alone.
    private Comparison overBudget(List<Run> runs) {
        var differences = new ArrayList<Difference>();
        for (var run : runs) {
            if (run.outcome() instanceof Outcome.OverBudget(int tailCalls, var where)) {
                overBudget(new Found(run.engine(), "the budget").at(where), "at most " + TailCallRule.MAX_TAIL_CALL_CNT,
                        tailCalls).ifPresent(differences::add);
            }
        }
        return verdict(differences);
    }

    private Comparison verdict(List<Difference> differences) {
        return differences.isEmpty() ? new Comparison.Agree() : new Comparison.Diverge(signature(differences), differences);
    }

    /// No engine differs, but one may be unable to run the case.
    private static Optional<Comparison> silence(List<Run> runs) {
        return runs.stream().filter(run -> run.outcome() instanceof Outcome.Inapplicable).findFirst()
                .map(run -> new Comparison.Inconclusive(run.engine() + ": " + run.outcome().phrase()));
    }

    private Difference located(Difference difference) {
        return difference.where().equals(Where.UNKNOWN) ? difference.at(locator.apply(difference)) : difference;
    }

    private Optional<Difference> difference(String reference, Observation expected, Run run) {
        var found = new Found(run.engine(), reference);
        return switch (run.outcome()) {
            case Outcome.Returned(var seen) -> difference(found, mask.apply(expected), mask.apply(seen));
            // The instruction at which an endless loop is stopped is arbitrary.
            case Outcome.Trapped(var kind, var where, _) -> found.at(kind == Trap.RUNAWAY ? Where.UNKNOWN : where)
                    .differs(Observable.OUTCOME, "outcome", "returned " + hex(expected.r0()), run.outcome().phrase());
            case Outcome.OverBudget(int tailCalls, var where) ->
                overBudget(found.at(where), Integer.toString(expected.tailCalls()), tailCalls);
            case Outcome.Refused _ ->
                found.differs(Observable.REFUSED, "outcome", "returned " + hex(expected.r0()), run.outcome().phrase());
            case Outcome.Inapplicable _ -> Optional.empty();
        };
    }

    private static Optional<Difference> overBudget(Found found, String expected, int tailCalls) {
        return found.differs(Observable.BUDGET, "tail_calls", expected,
                "%d: tail call %d happened, stopped at once".formatted(tailCalls, tailCalls));
    }

    private Optional<Difference> difference(Found found, Observation expected, Observation seen) {
        if (bothSee(Part.TAIL_CALLS, expected, seen) && seen.tailCalls() != expected.tailCalls()) {
            return found.differs(Observable.TAIL_CALLS, "tail_calls", Integer.toString(expected.tailCalls()),
                    Integer.toString(seen.tailCalls()));
        }
        long compared = bothSee(Part.UPPER_R0, expected, seen) ? -1 : 0xffff_ffffL;
        if (bothSee(Part.LOWER_R0, expected, seen) && (seen.r0() & compared) != (expected.r0() & compared)) {
            return found.differs(Observable.R0, "r0", hex(expected.r0() & compared), hex(seen.r0() & compared));
        }
        if (bothSee(Part.HELPER_CALLS, expected, seen) && !seen.helpers().equals(expected.helpers())) {
            return helperDifference(found, expected, seen);
        }
        for (int map = 0; map < source.maps().size() && bothSee(Part.MAPS, expected, seen); map++) {
            var difference = mapDifference(found, map, expected.maps().get(map), seen.maps().get(map));
            if (difference.isPresent()) {
                return difference;
            }
        }
        if (bothSee(Part.CONTEXT, expected, seen) && !seen.context().equals(expected.context())) {
            int at = expected.context().mismatch(seen.context());
            return found.differs(Observable.CONTEXT, "context byte " + at, byteAt(expected.context(), at),
                    byteAt(seen.context(), at));
        }
        if (!seen.hostDamage().equals(expected.hostDamage())) {
            return found.differs(Observable.HOST, "host state", "intact", String.join("; ", seen.hostDamage()));
        }
        return Optional.empty();
    }

    private static boolean bothSee(Part part, Observation expected, Observation seen) {
        return expected.sees(part) && seen.sees(part);
    }

    private static Optional<Difference> helperDifference(Found found, Observation expected, Observation seen) {
        int at = 0;
        while (at < expected.helpers().size() && at < seen.helpers().size()
                && expected.helpers().get(at).equals(seen.helpers().get(at))) {
            at++;
        }
        return found.differs(Observable.HELPER_CALLS, "helper call " + at, helperAt(expected, at), helperAt(seen, at));
    }

    private static String helperAt(Observation observation, int at) {
        return at < observation.helpers().size() ? observation.helpers().get(at).toString() : "none";
    }

    private Optional<Difference> mapDifference(Found found, int map, Bytes expected, Bytes seen) {
        if (seen.equals(expected)) {
            return Optional.empty();
        }
        var array = (BpfMap.Array) source.maps().get(map);
        int key = expected.mismatch(seen) / array.valueSize();
        return found.differs(Observable.MAPS, array, order, key, MapValues.value(array, expected, key),
                MapValues.value(array, seen, key));
    }

    private Optional<Difference> unexpected(Run run, Observation seen) {
        var found = new Found(run.engine(), "the case");
        if (expectation.r0().isPresent() && seen.sees(Part.UPPER_R0) && expectation.r0().getAsLong() != seen.r0()) {
            return found.differs(Observable.EXPECTATION, "r0", hex(expectation.r0().getAsLong()), hex(seen.r0()));
        }
        if (expectation.retval().isPresent() && expectation.retval().getAsInt() != (int) seen.r0()) {
            return found.differs(Observable.EXPECTATION, "retval", hex(Integer.toUnsignedLong(expectation.retval().getAsInt())),
                    hex(seen.r0() & 0xffff_ffffL));
        }
        if (expectation.tailCalls().isPresent() && seen.sees(Part.TAIL_CALLS)
                && expectation.tailCalls().getAsInt() != seen.tailCalls()) {
            return found.differs(Observable.EXPECTATION, "tail_calls", Integer.toString(expectation.tailCalls().getAsInt()),
                    Integer.toString(seen.tailCalls()));
        }
        for (var value : seen.sees(Part.MAPS) ? expectation.values().entrySet() : Set.<Map.Entry<Expectation.Entry, Bytes>>of()) {
            var array = (BpfMap.Array) source.maps().get(value.getKey().map());
            int key = value.getKey().key();
            var expected = value.getValue();
            var actual = MapValues.value(array, seen.maps().get(value.getKey().map()), key);
            if (!actual.equals(expected)) {
                return found.differs(Observable.EXPECTATION, array, order, key, expected, actual);
            }
        }
        return Optional.empty();
    }

    private Signature signature(List<Difference> differences) {
        var first = differences.getFirst();
        var culprit = first.where().insn() < 0 ? complaint(first)
                : InsnClass.of(source.whole(first.where().program()).insn(first.where().insn()));
        var over = differences.stream().anyMatch(difference -> difference.observable() == Observable.BUDGET);
        return new Signature(differences.stream().map(Difference::engine).toList(), first.observable(), culprit, over);
    }

    /// The last part of the verifier's message if a kernel refused, without its numbers; otherwise empty.
    private static String complaint(Difference difference) {
        int last = difference.found().lastIndexOf(": ");
        return difference.observable() == Observable.REFUSED && difference.engine().startsWith("kernel:")
                ? difference.found().substring(last + 2).replaceAll("[^A-Za-z_]+", "-")
                : "";
    }

    private static String byteAt(Bytes bytes, int at) {
        return at < bytes.length() ? "0x%02x".formatted(bytes.at(at)) : "none";
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /// The fixed half of a [Difference].
    private record Found(String engine, String reference, Where where) {
        Found(String engine, String reference) {
            this(engine, reference, Where.UNKNOWN);
        }

        Found at(Where where) {
            return new Found(engine, reference, where);
        }

        Optional<Difference> differs(Observable observable, String what, String expected, String found) {
            return Optional.of(new Difference(engine, reference, observable, what, expected, found, where));
        }

        /// The values of a key differ.
        Optional<Difference> differs(Observable observable, BpfMap.Array map, ByteOrder order, int key, Bytes expected,
                Bytes found) {
            var place = MapValues.Place.of(expected, found);
            return differs(observable, "%s[%d]%s".formatted(map.name(), key, place.name()),
                    place.show(map, order, place.expected()), place.show(map, order, place.found()));
        }
    }
}
