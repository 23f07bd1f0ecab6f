package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.forms.ExportForm;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Source;
import dev.tailbound.isa.BadInput;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/// `export` writes cases that compilers, kernels and readers take.
class ExportTest {
    private static final Path CORPUS = Path.of("../corpus");
    private static final String CASE = """
            -- map counter array value=8 entries=1
            -- map jumps prog_array entries=2
            1: entry
            -- prog entry
                r2 = map[jumps] ll
                r3 = 1
                call bpf_tail_call
                r0 = 7
                exit
            -- run entry
            """;

    @TempDir
    private Path folder;

    private String export(int exitCode, String text, String... options) throws IOException {
        var file = Files.writeString(folder.resolve("input.case"), text);
        var args = Stream.concat(Stream.of("export", file.toString()), Stream.of(options)).toArray(String[]::new);
        var out = new StringWriter();
        assertThat(Tailbound.commandLine(out, out).execute(args)).as(out.toString()).isEqualTo(exitCode);
        return out.toString().replace(folder + "/", "");
    }

    @ParameterizedTest
    @ValueSource(strings = { "gcc", "clang" })
    void exported_c_compiles_without_warnings(String compiler) throws IOException, InterruptedException {
        assumeTrue(isInstalled(compiler), compiler + " is not installed");
        var command = new ArrayList<>(List.of(compiler, "-fsyntax-only", "-std=gnu11", "-Wall", "-Wextra", "-Werror"));
        for (var file : Corpus.files(List.of(CORPUS))) {
            try {
                var target = folder.resolve(command.size() + ".c");
                Files.write(target, ExportForm.C.write(CaseReader.read(file)));
                command.add(target.toString());
            } catch (BadInput refused) {
                assertThat(refused.getMessage()).as(file.toString()).startsWith("a C program cannot hold ");
            }
        }
        assertThat(command.size()).isGreaterThan(200);
        var errors = folder.resolve("errors").toFile();
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(errors).start();
        assertThat(process.waitFor()).as(Files.readString(errors.toPath())).isZero();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
    }

    @Test
    void a_c_program_creates_maps_loads_programs_fills_slots_and_runs_the_entry() throws IOException {
        assertThat(export(0, CASE, "--as", "c")).containsSubsequence(
                "/* 0: (18) r2 = map[jumps] */\n    INSN(0x18, 2, 1, 0, 1),\n    INSN(0x00, 0, 0, 0, 0),\n",
                "create_map(BPF_MAP_TYPE_ARRAY, 8, 1, \"counter\")", "create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, 2, \"jumps\")",
                "load(insns_0, COUNT(insns_0), maps, -1, NULL, 0, \"entry\")",
                "access_map(BPF_MAP_UPDATE_ELEM, maps[1], 1, &programs[0], \"jumps\")", "checked(bpf(BPF_PROG_TEST_RUN, &attr)");
    }

    @ParameterizedTest
    @EnumSource(value = ExportForm.class, mode = Mode.EXCLUDE, names = { "C", "PROG_TEST", "TEST_BPF", "DATA", "ELF" })
    void exported_programs_are_read_back(ExportForm form) {
        var source = CaseReader.parse("case", CASE);
        var read = Forms.read(new Source("exported", form.write(source)), ImportOptions.NONE).getFirst().source();
        assertThat(read.entryProgram().size()).isEqualTo(source.entryProgram().size());
        assertThat(read.entryProgram().insns().subList(1, 5)).isEqualTo(source.entryProgram().insns().subList(1, 5));
    }

    @Test
    void an_object_is_read_back() throws IOException {
        var object = folder.resolve("case.o");
        assertThat(export(0, CASE, "--as", "elf", "--output", object.toString())).isEmpty();
        var read = Forms.read(new Source("case.o", Files.readAllBytes(object)), ImportOptions.NONE).getFirst().source();
        assertThat(read.entryProgram().insns()).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    c      | -- ctx mem 00                                 | input.case: a C program cannot hold a context of memory
                    c      | '-- events\nin helper 0: jumps[0] = entry'    | input.case: a C program cannot hold events
                    hex    | '-- prog other\nr0 = 0\nexit'                 | input.case: hex holds one program, found 2
                    elf    |                                               | --as elf: expected --output FILE, as objects are binary
                    data     |                                             | input.case: a .data file cannot hold maps
                    test_bpf |                                             | input.case: a test_bpf entry cannot hold maps
                    test_bpf | '-- prog other\nr0 = 0\nexit'               | input.case: a test_bpf entry cannot hold several programs
                    selftest | -- ctx mem 00                               | input.case: a selftest cannot hold a context of memory
                    prog_test | -- ctx mem 00                              | input.case: a selftest cannot hold a context of memory
                    pdf    |                                               | --as: expected one of c, selftest, prog_test, test_bpf, data, elf, xlated, insns, hex, found 'pdf'
                    """)
    void what_a_form_cannot_hold_is_refused_in_one_line(String form, String section, String message) throws IOException {
        assertThat(export(2, CASE + (section == null ? "" : section.replace("\\n", "\n") + "\n"), "--as", form))
                .isEqualTo(message + "\n");
    }
}
