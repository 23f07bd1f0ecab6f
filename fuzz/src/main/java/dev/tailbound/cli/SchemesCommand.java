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

/// `tailbound schemes`: what is known of each way to count tail calls, and, with `--check`, whether it is so.
@Command(name = "schemes", mixinStandardHelpOptions = true,
        description = "Lists the ways to count and dispatch tail calls, what breaks them, and the cases that show it; and what v6.1, v6.12 and v7.2 select.")
final class SchemesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--check", description = "Run the cases, and exit with 1 where one does not come out as listed.")
    private boolean check;

    @Mixin
    private CorpusOption corpus;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        var table = new ArrayList<List<String>>();
        table.add(heading());
        boolean asListed = true;
        var schemes = new SchemeCheck();
        for (var row : SchemeRow.ALL) {
            var cells = new ArrayList<>(List.of(row.engine(), row.kernels(), row.verdict().word(), row.claim(), String
                    .join(" ", row.cases())));
            if (check) {
                var broken = schemes.breaks(row.engine(), Corpus.files(row.cases().stream().map(corpus.folder()::resolve)
                        .toList()));
                var found = broken.isPresent() ? SchemeRow.Verdict.BREAKS : SchemeRow.Verdict.HOLDS;
                asListed &= found == row.verdict();
                cells.add(found.word() + broken.map(how -> " (" + how + ")").orElse(""));
            }
            table.add(cells);
        }
        Table.print(out, "", table);
        if (!check) {
            out.println();
            Table.print(out, "", profiles());
        }
        if (check) {
            out.printf("%d interleavings of runs with updates of their program arrays%n", schemes.interleavings());
        }
        out.flush();
        return asListed ? ExitCode.AGREE : ExitCode.FINDING;
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
