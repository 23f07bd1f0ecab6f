package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cases.Expectation;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.compare.VerifierCheck;
import dev.tailbound.compare.VerifierCheck.Kind;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.files.Folder;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.StrangePrograms;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound check-verifier`: differences between our verifier and a kernel's.
@Command(name = "check-verifier", mixinStandardHelpOptions = true,
        description = {
            "Counts, by reason, the programs that only one of the two accepts: our verifier or a kernel's.",
            "Programs that both accept run on the oracle and on the kernel. Exits with 1 if the runs differ." })
final class CheckVerifierCommand implements Callable<Integer> {
    private static final int SHOWN = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "ARCH:IMAGE",
            description = "An architecture and a Linux image; see tailbound kernels.")
    private String kernel;

    @Parameters(index = "1..*", paramLabel = "FILE", description = {
        "Case files, or folders of them; their expectations are ignored. Default: programs generated without the rules of our verifier." })
    private List<Path> files = List.of();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Seed of the generated programs. Default: 1.")
    private long seed;

    @Option(names = "--cases", paramLabel = "N", defaultValue = "1000",
            description = "Number of generated programs. Default: 1000.")
    private int count;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the first case of each reason. Default: none.")
    private Path out;

    @Override
    public Integer call() {
        var names = new ArrayList<String>();
        var cases = cases(names);
        var set = EngineSet.of(List.of(EngineSpec.parse("oracle"), EngineSpec.parse("kernel:" + kernel)));
        try (var differential = set.openReady(() -> {})) {
            var guarded = kernel(differential);
            var found = new VerifierCheck(differential, guarded).check(cases);
            print(spec.commandLine().getOut(), guarded.name(), cases.size(), found, names);
            if (out != null) {
                keep(found, cases);
            }
            return found.containsKey(Kind.DIVERGE) ? ExitCode.FINDING : ExitCode.AGREE;
        }
    }

    private List<Case> cases(List<String> names) {
        if (files.isEmpty()) {
            LongStream.range(0, count).forEach(index -> names.add("case " + index));
            return LongStream.range(0, count).mapToObj(index -> StrangePrograms.generate(Choices.seeded(seed, index))).toList();
        }
        var read = Corpus.files(files);
        read.forEach(file -> names.add(file.toString()));
        return read.stream().map(file -> CaseReader.read(file).withExpectation(Expectation.NONE)).toList();
    }

    private static GuardedKernel kernel(Differential differential) {
        return differential.engines().stream().filter(GuardedKernel.class::isInstance).map(GuardedKernel.class::cast).findFirst()
                .orElseThrow();
    }

    private static void print(PrintWriter to, String name, int cases, Map<Kind, Map<String, List<Integer>>> found,
            List<String> names) {
        to.println("%s: %d programs".formatted(name, cases));
        found.forEach((kind, reasons) -> {
            to.println("  %s: %d".formatted(kind.title(), reasons.values().stream().mapToInt(List::size).sum()));
            reasons.entrySet().stream().filter(reason -> !reason.getKey().isEmpty())
                    .sorted((one, other) -> other.getValue().size() - one.getValue().size())
                    .forEach(reason -> to.println("    %d  %s  (%s)".formatted(reason.getValue().size(), reason.getKey(), String
                            .join(", ", reason.getValue().stream().limit(SHOWN).map(names::get).toList()))));
        });
        to.flush();
    }

    private void keep(Map<Kind, Map<String, List<Integer>>> found, List<Case> cases) {
        try {
            Files.createDirectories(out);
            var folder = new Folder(out);
            for (var kind : List.of(Kind.INCONCLUSIVE, Kind.DIVERGE, Kind.STRICTER, Kind.LAXER)) {
                for (var positions : found.getOrDefault(kind, Map.of()).values()) {
                    int position = positions.getFirst();
                    folder.write("%s-%d.case".formatted(kind.name().toLowerCase(Locale.ROOT), position),
                            CasePrinter.print(cases.get(position)));
                }
            }
        } catch (IOException e) {
            throw new UnwritableException(out, e);
        }
    }
}
