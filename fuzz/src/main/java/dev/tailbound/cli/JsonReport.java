package dev.tailbound.cli;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.MapValues;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.kernel.Loading;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// One JSON object per line: each engine's outcome, then the verdict on the case.
final class JsonReport implements RunReport {
    private final PrintWriter out;

    JsonReport(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void ran(String file, CaseRun tried) {
        for (var run : tried.result().runs()) {
            var line = engine(file, run.engine());
            line.putAll(outcome(tried.source(), run.outcome()));
            tried.refusal().ifPresent(_ -> line.put("unverified", true));
            print(line);
        }
        for (var explored : tried.explored()) {
            var line = engine(file, explored.engine());
            line.put("interleavings", explored.interleavings().runs());
            line.put("complete", explored.interleavings().isComplete());
            line.put("outcomes", explored.interleavings().outcomes().size());
            line.put("delays", explored.delays());
            line.putAll(judgement(explored.verdict()));
            print(line);
        }
        var verdict = verdict(file, tried.verdict());
        var uncompared = tried.result().uncompared().names();
        if (!uncompared.isEmpty()) {
            verdict.put("not_compared", uncompared);
        }
        tried.known().ifPresent(issue -> verdict.put("known_issue", issue.name()));
        tried.refusal().ifPresent(refusal -> verdict.put("unverified", refusal));
        print(verdict);
        out.flush();
    }

    private void print(Map<String, Object> line) {
        Json.write(line, out);
        out.println();
    }

    private static Map<String, Object> engine(String file, String name) {
        var line = new LinkedHashMap<String, Object>();
        line.put("case", file);
        line.put("engine", name);
        return line;
    }

    @Override
    public void bad(String file, BadInput why) {
        var line = new LinkedHashMap<String, Object>();
        line.put("case", file);
        line.put("verdict", "bad-input");
        line.put("reason", why.getMessage());
        print(line);
    }

    @Override
    public void refused(String file, String reason, Map<String, Loading> kernels) {
        kernels.forEach((kernel, loading) -> loaded(file, kernel, loading));
        var line = new LinkedHashMap<String, Object>();
        line.put("case", file);
        line.put("verdict", "agree");
        line.put("rejected", reason);
        print(line);
    }

    private void loaded(String file, String kernel, Loading loading) {
        var line = new LinkedHashMap<String, Object>();
        line.put("case", file);
        line.put("engine", kernel);
        switch (loading) {
            case Loading.Loaded() -> line.put("outcome", "accepted");
            case Loading.Refused(var why) -> {
                line.put("outcome", "refused");
                line.put("reason", why.lines().findFirst().orElse(""));
            }
            case Loading.NotAsked(var why) -> {
                line.put("outcome", "not-applicable");
                line.put("reason", why);
            }
        }
        Json.write(line, out);
        out.println();
    }

    @Override
    public void end() {
        out.flush();
    }

    private static Map<String, Object> outcome(Case source, Outcome outcome) {
        var fields = new LinkedHashMap<String, Object>();
        switch (outcome) {
            case Outcome.Returned(var seen) -> {
                fields.put("outcome", "returned");
                fields.put("r0", seen.sees(Part.LOWER_R0) ? "0x" + Long.toHexString(seen.r0()) : null);
                if (!seen.sees(Part.UPPER_R0) && seen.sees(Part.LOWER_R0)) {
                    fields.put("r0_bits", Integer.SIZE);
                }
                fields.put("tail_calls", seen.sees(Part.TAIL_CALLS) ? seen.tailCalls() : null);
                fields.put("maps", seen.sees(Part.MAPS) ? maps(source, seen.maps()) : null);
            }
            case Outcome.Trapped _ -> {
                fields.put("outcome", "trapped");
                fields.put("reason", outcome.phrase());
            }
            case Outcome.OverBudget(int tailCalls, _) -> {
                fields.put("outcome", "over-budget");
                fields.put("reason", outcome.phrase());
                fields.put("tail_calls", tailCalls);
            }
            case Outcome.Refused(var reason) -> {
                fields.put("outcome", "refused");
                fields.put("reason", reason);
            }
            case Outcome.Inapplicable(var reason) -> {
                fields.put("outcome", "not-applicable");
                fields.put("reason", reason);
            }
        }
        return fields;
    }

    private static Map<String, Object> maps(Case source, List<Bytes> contents) {
        var maps = new LinkedHashMap<String, Object>();
        for (int i = 0; i < contents.size(); i++) {
            if (source.maps().get(i) instanceof BpfMap.Array array) {
                var all = contents.get(i);
                maps.put(array.name(), (Iterable<String>) () -> IntStream.range(0, array.entries())
                        .mapToObj(key -> MapValues.value(array, all, key).toHex()).iterator());
            }
        }
        return maps;
    }

    private static Map<String, Object> verdict(String file, Comparison comparison) {
        var line = new LinkedHashMap<String, Object>();
        line.put("case", file);
        line.put("verdict", comparison.word());
        line.putAll(judgement(comparison));
        return line;
    }

    private static Map<String, Object> judgement(Comparison comparison) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("signature", null);
        fields.put("differs", null);
        switch (comparison) {
            case Comparison.Agree _ -> {
            }
            case Comparison.Diverge(var signature, var differences) -> {
                fields.put("signature", signature.toString());
                fields.put("differs", differences.getFirst().describe());
            }
            case Comparison.Inconclusive(var reason) -> fields.put("reason", reason);
        }
        return fields;
    }
}
