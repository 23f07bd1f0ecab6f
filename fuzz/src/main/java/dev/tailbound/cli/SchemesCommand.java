package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.EngineSpec;
import dev.tailbound.compare.Observable;
import dev.tailbound.compare.SchemeRow;
import dev.tailbound.generate.Choices;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tailbound schemes`: what is known of each way to count tail calls, and, with `--check`, whether it is so.
@Command(name = "schemes", mixinStandardHelpOptions = true,
        description = "Lists the ways to count and dispatch tail calls, what breaks them, and the cases that show it.")
final class SchemesCommand implements Callable<Integer> {
    private static final int MAX_INTERLEAVINGS = 20_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--check", description = "Run the cases, and exit with 1 where one does not come out as listed.")
    private boolean check;

    @Option(names = "--corpus", paramLabel = "DIR", defaultValue = "${sys:tailbound.home:-.}/corpus",
            description = "The folder with the cases; default: Tailbound's own.")
    private Path corpus;

    private long interleavings;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        var table = new ArrayList<List<String>>();
        table.add(heading());
        boolean asListed = true;
        for (var row : SchemeRow.ALL) {
            var cells = new ArrayList<>(List.of(row.engine(), row.kernels(), row.verdict().word(), row.claim(), String.join(" ",
                    row
                            .cases())));
            if (check) {
                var broken = run(row);
                var found = broken.isPresent() ? SchemeRow.Verdict.BREAKS : SchemeRow.Verdict.HOLDS;
                asListed &= found == row.verdict();
                cells.add(found.word() + broken.map(how -> " (" + how + ")").orElse(""));
            }
            table.add(cells);
        }
        Table.print(out, "", table);
        if (check) {
            out.printf("%d interleavings of runs with updates of their program arrays%n", interleavings);
        }
        out.flush();
        return asListed ? ExitCode.AGREE : ExitCode.FINDING;
    }

    private List<String> heading() {
        var heading = new ArrayList<>(List.of("engine", "kernels", "listed", "because", "cases"));
        if (check) {
            heading.add("found");
        }
        return heading;
    }

    /// How the first case on which it does breaks the scheme; empty if it holds.
    private Optional<String> run(SchemeRow row) {
        var files = Corpus.files(row.cases().stream().map(corpus::resolve).toList());
        var engines = Stream.of("oracle", row.engine()).map(name -> EngineSpec.parse(name).open(TailCallRule.V6_12)).toList();
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
