package dev.tailbound.cli;

import dev.tailbound.campaign.folder.ReproduceCommand;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.MapValues;
import dev.tailbound.compare.Uncompared;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import dev.tailbound.lockstep.DivergenceText;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.kernel.Loading;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A table for each case on which engines do not agree, and a final line that counts verdicts.
final class TextReport implements RunReport {
    private static final int SHOWN_VALUES = 4;
    private static final int SHOWN_NAMES = 8;
    private static final String UNCOMPARED = "*";

    private final PrintWriter out;
    private final boolean verbose;
    private final EngineSet engines;
    private final List<String> options;
    private int agree;
    private int diverge;
    private int inconclusive;

    /// `verbose` also shows the table of cases that agree; `options` reproduce the run.
    TextReport(PrintWriter out, boolean verbose, EngineSet engines, List<String> options) {
        this.out = out;
        this.verbose = verbose;
        this.engines = engines;
        this.options = List.copyOf(options);
    }

    @Override
    public void ran(String file, CaseRun tried) {
        var verdict = tried.verdict();
        switch (verdict) {
            case Comparison.Agree _ -> agree++;
            case Comparison.Diverge _ -> diverge++;
            case Comparison.Inconclusive _ -> inconclusive++;
        }
        if (verbose || !(verdict instanceof Comparison.Agree) || !tried.explored().isEmpty() || tried.refusal().isPresent()) {
            out.println(Printable.line(file) + ": " + verdict.word() + tried.refusal().map(_ -> " (unverified)").orElse(""));
            tried.refusal().ifPresent(refusal -> out.println("  the verifier refuses it: " + refusal));
            printTable(tried.source(), tried.result());
            printReason(tried.source(), tried.result().comparison());
            tried.explored().forEach(this::printExplored);
            if (verdict instanceof Comparison.Diverge(var signature, _)) {
                out.println("  signature: " + signature);
                tried.known().ifPresent(issue -> out.println("  known issue, no finding: %s (%s)".formatted(issue.name(), issue
                        .link())));
                out.println("  reproduce: " + ReproduceCommand.line(Path.of(file), options));
            }
            tried.result().runs().forEach(run -> run.outcome().evidence().forEach(line -> out.println("    " + line)));
            if (verbose) {
                printDivergences(tried);
            }
            out.flush();
        }
    }

    @Override
    public void refused(String file, String reason, Map<String, Loading> kernels) {
        agree++;
        if (verbose) {
            out.println(Printable.line(file) + ": agree\n  rejected, as expected: " + reason);
            kernels.forEach((kernel, loading) -> out.println("  " + kernel + ": " + phrase(loading)));
        }
    }

    private static String phrase(Loading loading) {
        return switch (loading) {
            case Loading.Loaded() -> "accepts it";
            case Loading.Refused(var why) -> "refused: " + why.lines().findFirst().orElse("");
            case Loading.NotAsked(var why) -> "not loaded: " + why;
        };
    }

    @Override
    public void bad(String file, BadInput why) {
        // reported on standard error
    }

    @Override
    public void end() {
        int cases = agree + diverge + inconclusive;
        if (cases > 1 || !verbose) {
            out.printf("%d %s: %d agree, %d diverge, %d inconclusive%n", cases, cases == 1 ? "case" : "cases", agree, diverge,
                    inconclusive);
        }
        if (engines.specs().size() == 1 && cases > 0) {
            out.printf(
                    "%s alone: checked against the limit of %d tail calls and the cases' expectations, but not against another engine%n",
                    engines.names().getFirst(), TailCallRule.MAX_TAIL_CALL_CNT);
        }
        out.flush();
    }

    private void printTable(Case source, Differential.Result result) {
        var uncompared = result.uncompared();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("engine", "outcome", "tail calls", "maps"));
        for (var run : result.runs()) {
            rows.add(switch (run.outcome()) {
                case Outcome.Returned(var seen) -> List.of(run.engine(), run.outcome().phrase() + mark(uncompared.r0()),
                        seen.sees(Part.TAIL_CALLS) ? Integer.toString(seen.tailCalls()) : "not seen", seen.sees(Part.MAPS)
                                ? maps(source, seen.maps(), uncompared)
                                : "not seen");
                case Outcome.OverBudget(int tailCalls, _) ->
                    List.of(run.engine(), "over budget", Integer.toString(tailCalls), "");
                case Outcome.Trapped _,Outcome.Refused _,Outcome.Inapplicable _ ->
                    List.of(run.engine(), run.outcome().phrase(), "", "");
            });
        }
        Table.print(out, "  ", rows);
        var names = uncompared.names();
        if (!names.isEmpty()) {
            out.printf("  %s not compared, since it depends on addresses: %s%n", UNCOMPARED, names.size() <= SHOWN_NAMES
                    ? String.join(", ", names)
                    : String.join(", ", names.subList(0, SHOWN_NAMES)) + ", ...");
        }
    }

    private static String mark(boolean isUncompared) {
        return isUncompared ? UNCOMPARED : "";
    }

    private void printReason(Case source, Comparison comparison) {
        switch (comparison) {
            case Comparison.Agree _ -> {
            }
            case Comparison.Inconclusive(var reason) -> out.println("  " + reason);
            case Comparison.Diverge(_, var differences) -> differences.forEach(difference -> out.println("  " + difference
                    .describe() + place(source, difference)));
        }
    }

    private void printExplored(Differential.Explored explored) {
        var ways = explored.interleavings();
        var verdict = switch (explored.verdict()) {
            case Comparison.Agree _ -> "each agrees with some order of the updates";
            case Comparison.Inconclusive(var reason) -> reason;
            case Comparison.Diverge(_, var differences) ->
                "%s, with its updates delayed by %s instructions".formatted(differences.getFirst().describe(), explored.delays());
        };
        out.printf("  %s: %d interleavings (%s), %d outcomes: %s%n", explored.engine(), ways.runs(), ways.isComplete() ? "all"
                : "some", ways.outcomes().size(), verdict);
    }

    private void printDivergences(CaseRun tried) {
        for (var divergence : tried.divergences()) {
            out.println();
            DivergenceText.lines(tried.source(), divergence).forEach(line -> out.println("  " + line));
        }
        if (!tried.kernels().isEmpty()) {
            out.println();
            tried.kernels().forEach(line -> out.println("  " + line));
        }
    }

    private static String place(Case source, Difference difference) {
        return difference.where().equals(Where.UNKNOWN) ? "" : " at " + Places.describe(source, difference.where());
    }

    /// The first non-zero values of each array map.
    private String maps(Case source, List<Bytes> contents, Uncompared uncompared) {
        var shown = new ArrayList<String>();
        for (int i = 0; i < contents.size(); i++) {
            if (source.maps().get(i) instanceof BpfMap.Array array && array.valueSize() <= Long.BYTES) {
                for (int key = 0; key < array.entries() && shown.size() <= SHOWN_VALUES; key++) {
                    var value = MapValues.show(array, engines.order(), contents.get(i), key);
                    if (!"0".equals(value)) {
                        shown.add("%s[%d] = %s%s".formatted(array.name(), key, value, mark(uncompared.value(i, key))));
                    }
                }
            }
        }
        return shown.size() > SHOWN_VALUES ? String.join(", ", shown.subList(0, SHOWN_VALUES)) + ", ..."
                : String.join(", ", shown);
    }
}
