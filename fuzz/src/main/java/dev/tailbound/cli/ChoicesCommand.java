package dev.tailbound.cli;

import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.files.OutputFile;
import dev.tailbound.generate.CorpusEntry;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound choices`: converts between case files and the corpus of a coverage-guided fuzzer.
@Command(name = "choices", mixinStandardHelpOptions = true, description = {
    "Prints the case that an entry of a coverage-guided fuzzer's corpus encodes.",
    "With --seed and --case, first writes the entry of that case of a campaign." })
final class ChoicesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A corpus entry: a byte string of choices, or the text of a case.")
    private Path file;

    @ArgGroup(exclusive = false)
    private Origin origin;

    /// A case of a campaign.
    private static final class Origin {
        @Option(names = "--seed", paramLabel = "N", required = true, description = "The campaign's seed.")
        private long seed;

        @Option(names = "--case", paramLabel = "N", required = true, description = "The case's number, from 0.")
        private long index;
    }

    @Override
    public Integer call() {
        if (origin != null) {
            if (origin.index < 0) {
                throw new BadInput("--case", "expected at least 0, found " + origin.index);
            }
            write(CorpusEntry.ofCampaign(origin.seed, origin.index));
        }
        var out = spec.commandLine().getOut();
        out.print(CasePrinter.print(CorpusEntry.read(file.toString(), CaseReader.bytes(file))));
        out.flush();
        return ExitCode.AGREE;
    }

    private void write(byte[] entry) {
        try {
            OutputFile.at(file).write(entry);
        } catch (IOException failure) {
            throw new UnwritableException(file, failure);
        }
    }
}
