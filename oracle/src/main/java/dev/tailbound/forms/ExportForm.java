package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.forms.c.MacroPrinter;
import dev.tailbound.forms.elf.ElfWriter;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A form that cases are written in, besides the case file.
///
/// A form that cannot hold a part of a case refuses the case.
public enum ExportForm {
    C("c", "a C program that runs the case by bpf(2)", source -> text(CProgramWriter.write(source))),
    SELFTEST("selftest", "a selftest's progs/tailbound_case.c, inline assembly", source -> text(SelftestWriter.write(source))),
    PROG_TEST("prog_test", "its prog_tests/tailbound_case.c, which runs it", source -> text(SelftestRunnerWriter.write(source))),
    TEST_BPF("test_bpf", "an entry of the kernel's lib/test_bpf.c", source -> text(TestBpfWriter.write(source))),
    DATA("data", "a .data file of bpf_conformance", source -> text(DataWriter.write(source))),
    ELF("elf", "an object that libbpf loads, without context and results", ElfWriter::write),
    XLATED("xlated", "programs as the verifier's log shows them", source -> programs(source, XlatedPrinter::print)),
    INSNS("insns", "programs as C arrays of instruction macros", source -> programs(source, MacroPrinter::print)),
    HEX("hex", "the bytes of a case's only program", ExportForm::hex);

    private final String word;
    private final String phrase;
    @SuppressWarnings("ImmutableEnumChecker") // references to static methods
    private final Function<Case, byte[]> writer;

    ExportForm(String word, String phrase, Function<Case, byte[]> writer) {
        this.word = word;
        this.phrase = phrase;
        this.writer = writer;
    }

    /// The word of `--as`.
    public String word() {
        return word;
    }

    /// One line of help.
    public String phrase() {
        return phrase;
    }

    /// The case in this form; throws [BadInput], which has no place, if the form cannot hold a part of it.
    public byte[] write(Case source) {
        return writer.apply(source);
    }

    /// Throws [BadInput] whose place is the option.
    public static ExportForm byWord(String word) {
        return Stream.of(values()).filter(form -> form.word.equals(word)).findFirst()
                .orElseThrow(() -> new BadInput("--as", "expected one of %s, found %s".formatted(
                        Stream.of(values()).map(ExportForm::word).collect(Collectors.joining(", ")), BadInput.quoted(word))));
    }

    private static byte[] programs(Case source, BiFunction<Program, List<String>, String> printer) {
        requireInstructions(source);
        var maps = source.maps().stream().map(BpfMap::name).toList();
        boolean isAlone = source.programs().size() == 1;
        return text(source.programs().stream().map(program -> (isAlone ? "" : "// program " + program.name() + "\n") + printer
                .apply(program, maps)).collect(Collectors.joining("\n")));
    }

    private static byte[] hex(Case source) {
        requireInstructions(source);
        if (source.programs().size() > 1) {
            throw new BadInput("", "hex holds one program, found %d".formatted(source.programs().size()));
        }
        return text(HexPrinter.print(source.entryProgram()));
    }

    private static void requireInstructions(Case source) {
        for (var program : source.programs()) {
            if (program.malformed().isPresent()) {
                throw new BadInput("",
                        "program %s: expected instructions, found bytes that do not decode".formatted(program.name()));
            }
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
