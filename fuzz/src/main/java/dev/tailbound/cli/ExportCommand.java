package dev.tailbound.cli;

import dev.tailbound.files.OutputFile;
import dev.tailbound.forms.ExportForm;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound export`: writes a case in a form that lists, test suites and other tools take.
@Command(name = "export", mixinStandardHelpOptions = true, description = "Writes a case in another form.")
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A file with a case, in any form that import reads.")
    private Path file;

    @Option(names = "--as", paramLabel = "FORM", required = true, description = { "The form, one of${bundle:export-forms}" })
    private String form;

    @Option(names = "--output", paramLabel = "FILE", description = "The file to write; default: standard output.")
    private Path output;

    @Override
    public Integer call() {
        var target = output == null ? null : OutputFile.at(output);
        var exported = exported();
        if (target == null) {
            spec.commandLine().getOut().print(new String(exported, StandardCharsets.UTF_8));
            spec.commandLine().getOut().flush();
            return ExitCode.AGREE;
        }
        try {
            target.write(exported);
        } catch (IOException e) {
            throw new UnwritableException(output, e);
        }
        return ExitCode.AGREE;
    }

    private byte[] exported() {
        var chosen = ExportForm.byWord(form);
        if (chosen == ExportForm.ELF && output == null) {
            throw new BadInput("--as elf", "expected --output FILE, as objects are binary");
        }
        try {
            return chosen.write(ExpectedResult.of(new ProgramFiles().readOne(file).source()));
        } catch (BadInput refused) {
            throw refused.where().isEmpty() ? refused.in(file.toString()) : refused;
        }
    }

    /// The words of the forms and their descriptions, for the help text.
    static String forms() {
        var lines = new StringBuilder();
        for (var each : ExportForm.values()) {
            lines.append("%n  %-9s %s".formatted(each.word(), each.phrase()));
        }
        return lines.toString();
    }
}
