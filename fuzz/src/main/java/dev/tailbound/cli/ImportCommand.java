package dev.tailbound.cli;

import dev.tailbound.cases.CasePrinter;
import dev.tailbound.files.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound import`: prints the case in a file of any form.
@Command(name = "import", mixinStandardHelpOptions = true,
        description = "Prints the case of a file in any form, with a comment for each default that the file leaves open.")
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A file in one of the forms that --as lists.")
    private Path file;

    @Mixin
    private ProgramFiles programs;

    @Option(names = "--output", paramLabel = "FILE", description = "The file to write; default: standard output.")
    private Path output;

    @Override
    public Integer call() {
        var target = output == null ? null : OutputFile.at(output);
        var text = CasePrinter.print(programs.readOne(file).source());
        if (target == null) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
            return ExitCode.AGREE;
        }
        try {
            target.write(text);
        } catch (IOException e) {
            throw new UnwritableException(output, e);
        }
        return ExitCode.AGREE;
    }
}
