package dev.tailbound.cli;

import dev.tailbound.cases.Corpus;
import dev.tailbound.engines.KernelProfile;
import dev.tailbound.engines.SchemeRow;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tailbound schemes`: lists the tail-call schemes and the cases that break them; `--check` runs those cases.
@Command(name = "schemes", mixinStandardHelpOptions = true,
        description = "Lists the schemes that count and dispatch tail calls, why they break, and the cases that show it; and the settings that v6.1, v6.12 and v7.2 select.")
final class SchemesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--check", description = "Run the cases; exit with 1 if a result is not the listed one.")
    private boolean check;

    @Mixin
    private CorpusOption corpus;

    @Mixin
    private TestFormatOption format;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        var table = new ArrayList<List<String>>();
        table.add(heading());
        var results = new ArrayList<TestResult>();
        boolean asListed = true;
        var schemes = new SchemeCheck();
        for (var row : SchemeRow.ALL) {
            var cells = new ArrayList<>(
                    List.of(row.engine(), row.kernels(), row.verdict().word(), row.claim(), String.join(" ", row.cases())));
            if (check) {
                var broken = schemes.breaks(row.engine(),
                        Corpus.files(row.cases().stream().map(corpus.folder()::resolve).toList()));
                var found = broken.isPresent() ? SchemeRow.Verdict.BREAKS : SchemeRow.Verdict.HOLDS;
                asListed &= found == row.verdict();
                results.add(result(row, found, broken.orElse("")));
                cells.add(found.word() + broken.map(how -> " (" + how + ")").orElse(""));
            }
            table.add(cells);
        }
        if (check && format.print("tailbound schemes", results, out)) {
            out.flush();
            return asListed ? ExitCode.AGREE : ExitCode.FINDING;
        }
        Table.print(out, "", table);
        if (!check) {
            out.println();
            Table.print(out, "", profiles());
        }
        if (check) {
            out.printf("%d interleavings of runs with program array updates%n", schemes.interleavings());
        }
        out.flush();
        return asListed ? ExitCode.AGREE : ExitCode.FINDING;
    }

    private static TestResult result(SchemeRow row, SchemeRow.Verdict found, String how) {
        var name = "%s %s".formatted(row.engine(), row.claim());
        return found == row.verdict() ? TestResult.passed(name)
                : TestResult.of(name, TestResult.Status.FAILED, "expected that it %s, found that it %s%s"
                        .formatted(row.verdict().word(), found.word(), how.isEmpty() ? "" : ": " + how));
    }

    private static List<List<String>> profiles() {
        return Stream.concat(Stream.of(KernelProfile.HEADING), KernelProfile.ALL.stream().map(KernelProfile::cells)).toList();
    }

    private List<String> heading() {
        var heading = new ArrayList<>(List.of("engine", "kernels", "listed", "because", "cases"));
        if (check) {
            heading.add("found");
        }
        return heading;
    }
}
