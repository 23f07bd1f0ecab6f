package dev.tailbound.cli;

import dev.tailbound.bench.Bench;
import dev.tailbound.bench.MemoryUse;
import dev.tailbound.bench.Round;
import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.isa.BadInput;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound bench`: cases per second, microseconds per stage, the ratio to the bare emulator, memory.
///
/// Compare the ratios: absolute figures differ between machines, and over time on one machine.
@Command(name = "bench", mixinStandardHelpOptions = true, description = {
    "Measures the time of cases on one thread, stage by stage.",
    "The figures are processor time, which other load on the machine affects least." })
final class BenchCommand implements Callable<Integer> {
    private static final int ROUNDS = 10;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Case files, or folders of them, used in turn. Default: generated cases.")
    private List<Path> paths = List.of();

    @Option(names = "--cases", paramLabel = "N", defaultValue = "300000",
            description = "Cases to measure, after the same number for warm-up. Default: 300000.")
    private int cases;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed of the generated cases. Default: 1.")
    private long seed;

    @Mixin
    private EngineOptions options;

    @Override
    public Integer call() {
        if (cases < ROUNDS) {
            throw new BadInput("--cases", "expected at least %d, found %d".formatted(ROUNDS, cases));
        }
        var source = paths.isEmpty() ? generated() : read();
        try (var differential = options.open()) {
            var bench = new Bench(differential, source);
            var progress = spec.commandLine().getErr();
            progress.printf("warming up with %d cases%n", cases);
            progress.flush();
            bench.round(cases);
            progress.printf("measuring %d more%n", cases);
            progress.flush();
            var rounds = new ArrayList<Round>(ROUNDS);
            var resident = new ArrayList<Long>(ROUNDS);
            for (int i = 0; i < ROUNDS; i++) {
                rounds.add(bench.round(cases / ROUNDS));
                resident.add(MemoryUse.now().resident());
            }
            print(bench, rounds, resident);
            return rounds.stream().anyMatch(round -> round.diverged() > 0) ? ExitCode.FINDING : ExitCode.AGREE;
        }
    }

    private LongFunction<Case> generated() {
        return CaseSource.seeded(seed)::at;
    }

    /// The cases of the files that the verifier accepts.
    private LongFunction<Case> read() {
        var accepted = Corpus.files(paths).stream().map(CaseReader::read)
                .filter(source -> Verifier.verify(source, options.set().order()) instanceof Verdict.Accepted).toList();
        if (accepted.isEmpty()) {
            throw new BadInput(paths.getFirst().toString(), "expected a case that the verifier accepts, found none");
        }
        return index -> accepted.get((int) (index % accepted.size()));
    }

    /// `resident`: bytes of memory of the process after each round.
    private void print(Bench bench, List<Round> rounds, List<Long> resident) {
        PrintWriter out = spec.commandLine().getOut();
        var round = Round.median(rounds);
        var stages = bench.stages();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("stage", "us/case", "share"));
        for (int i = 0; i < stages.size(); i++) {
            rows.add(row(stages.get(i).name(), round, round.nanos()[i]));
        }
        rows.add(row("all", round, round.elapsed()));
        Table.print(out, "", rows);

        var memory = MemoryUse.now();
        out.println();
        out.printf("%.0f cases per second of processor time, %.0f per second elapsed%n", round.casesPerProcessorSecond(),
                round.casesPerSecond());
        out.printf("%.2f times the time of the bare emulators%n", round.ratioToBare(stages));
        out.printf("MB resident after each tenth: %s; %d at most, %d of it Java heap%n",
                resident.stream().map(bytes -> Long.toString(bytes >> 20)).collect(Collectors.joining(" ")), memory.peak() >> 20,
                memory.heap() >> 20);
        out.printf("%d cases: %d diverge, %d inconclusive%n", rounds.stream().mapToInt(Round::cases).sum(),
                rounds.stream().mapToInt(Round::diverged).sum(), rounds.stream().mapToInt(Round::inconclusive).sum());
    }

    private static List<String> row(String name, Round round, long nanos) {
        return List.of(name, "%.1f".formatted(round.micros(nanos)), "%.0f%%".formatted(100 * round.share(nanos)));
    }
}
