package dev.tailbound.report;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.MapValues;
import dev.tailbound.compare.Uncompared;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Run;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Function;

/// The engines' observations of one case, one column per engine. Differences from the first one are marked; a star marks parts that are not compared.
final class SideBySide {
    private static final int MAX_VALUES = 12;
    private static final String NOTHING = "\u2013";

    private final Case source;
    private final ByteOrder order;
    private final List<Run> runs;
    private final Uncompared uncompared;
    private final Element body = new Element("tbody");

    SideBySide(VerifiedCase verified, Differential.Result result) {
        this.source = verified.source();
        this.order = verified.order();
        this.runs = List.copyOf(result.runs());
        this.uncompared = result.uncompared();
    }

    Element render() {
        var table = new Element("table").styled("sides");
        var head = table.child("thead").child("tr");
        head.child("th");
        runs.forEach(run -> head.add(new Element("th", run.engine()).set("scope", "col")));
        row("outcome", run -> run.outcome() instanceof Outcome.Returned ? "returned" : run.outcome().phrase());
        row("tail calls", run -> switch (run.outcome()) {
            case Outcome.Returned(var seen) -> seen.sees(Part.TAIL_CALLS) ? Integer.toString(seen.tailCalls()) : NOTHING;
            case Outcome.OverBudget(int tailCalls, _) -> Integer.toString(tailCalls);
            case Outcome.Trapped _,Outcome.Refused _,Outcome.Inapplicable _ -> NOTHING;
        });
        row("r0", uncompared.r0(), observed(Part.LOWER_R0, seen -> "0x" + Long.toHexString(seen.r0())));
        row("helper calls", observed(Part.HELPER_CALLS, seen -> Integer.toString(seen.helpers().size())));
        maps();
        rowIfDifferent("context", uncompared.context(), observed(Part.CONTEXT, seen -> MapValues.show(seen.context())));
        rowIfDifferent("host state", false, observed(seen -> seen.hostDamage().isEmpty() ? "intact"
                : String.join("; ", seen.hostDamage())));
        return table.add(body);
    }

    /// Map values that differ on at least one engine.
    private void maps() {
        int shown = 0;
        int more = 0;
        for (int i = 0; i < source.maps().size(); i++) {
            if (source.maps().get(i) instanceof BpfMap.Array array) {
                int map = i;
                for (int key = 0; key < array.entries(); key++) {
                    int at = key;
                    Function<Run, String> value = observed(Part.MAPS, seen -> value(array, seen.maps().get(map), at));
                    if (differs(value)) {
                        if (shown++ < MAX_VALUES) {
                            row("%s[%d]".formatted(array.name(), key), uncompared.value(map, key), value);
                        } else {
                            more++;
                        }
                    }
                }
            }
        }
        if (more > 0) {
            var text = Figures.counted(more, "more value") + " of maps";
            row(text, _ -> "differ");
        }
    }

    private String value(BpfMap.Array array, Bytes all, int key) {
        return MapValues.show(array, order, all, key);
    }

    private static Function<Run, String> observed(Function<Observation, String> value) {
        return run -> run.outcome() instanceof Outcome.Returned(var seen) ? value.apply(seen) : NOTHING;
    }

    /// The same of a part that not every engine sees.
    private static Function<Run, String> observed(Part part, Function<Observation, String> value) {
        return observed(seen -> seen.sees(part) ? value.apply(seen) : NOTHING);
    }

    /// Whether two of the engines that returned have different observations.
    private boolean differs(Function<Run, String> value) {
        return runs.stream().map(value).filter(shown -> !shown.equals(NOTHING)).distinct().count() > 1;
    }

    private void rowIfDifferent(String name, boolean isUncompared, Function<Run, String> value) {
        if (differs(value)) {
            row(name, isUncompared, value);
        }
    }

    private void row(String name, Function<Run, String> value) {
        row(name, false, value);
    }

    private void row(String name, boolean isUncompared, Function<Run, String> value) {
        var expected = value.apply(runs.getFirst());
        var head = new Element("th", isUncompared ? name + " *" : name).set("scope", "row");
        var row = body.child("tr").add(isUncompared ? head.set("title", "not compared, since it depends on addresses") : head);
        for (var run : runs) {
            var found = value.apply(run);
            row.add(new Element("td", found).styled(isUncompared || found.equals(expected) || found.equals(NOTHING) ? ""
                    : "wrong"));
        }
    }
}
