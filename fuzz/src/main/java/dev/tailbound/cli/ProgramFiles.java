package dev.tailbound.cli;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.files.InputFile;
import dev.tailbound.forms.Form;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Imported;
import dev.tailbound.forms.SlotFill;
import dev.tailbound.forms.Source;
import dev.tailbound.isa.BadInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// The options of commands that take programs in any form, and the cases of a file.
final class ProgramFiles {
    @Option(names = "--as", paramLabel = "FORM", description = {
        "Read every file in this form; default: detected from its content. One of${bundle:forms}" })
    private String form;

    @Option(names = "--program", paramLabel = "NAME", description = {
        "The program to enter, or the test of a table; default: the first program, every test." })
    private String entry;

    @Option(names = "--slot", paramLabel = "MAP[KEY]=PROGRAM", description = "Put a program into a program array; repeatable.")
    private List<String> slots = List.of();

    @Option(names = "--with", paramLabel = "FILE", description = {
        "A case file without programs. Its sections (maps, context, expectations) replace those of the cases read." })
    private Path side;

    /// The cases of a file, at least one.
    List<Imported> read(Path file) {
        return Forms.read(new Source(file.toString(), CaseReader.bytes(file)), options());
    }

    /// The one case of a file; throws [BadInput] if there are more.
    Imported readOne(Path file) {
        var all = read(file);
        if (all.size() > 1) {
            throw new BadInput(file.toString(), "expected one test, found %d: use --program with one of %s".formatted(all.size(),
                    all.stream().limit(8).map(Imported::name).collect(Collectors.joining(", "))));
        }
        return all.getFirst();
    }

    private ImportOptions options() {
        return new ImportOptions(Optional.ofNullable(form).map(Forms::byWord), Optional.ofNullable(entry),
                slots.stream().map(SlotFill::parse).toList(),
                Optional.ofNullable(side).map(file -> new Source(file.toString(), InputFile.read(file, CaseReader.MAX_BYTES))));
    }

    /// The name of a file's case in output.
    static String name(Path file, Imported imported) {
        return imported.name().isEmpty() ? file.toString() : file + "#" + imported.name();
    }

    /// The words and descriptions of the forms, for help texts.
    static String forms() {
        return Forms.ALL.stream().map(ProgramFiles::line).collect(Collectors.joining());
    }

    private static String line(Form form) {
        return "\n  %-9s %s".formatted(form.word(), form.phrase());
    }
}
