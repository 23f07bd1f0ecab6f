package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.forms.ExportForm;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Source;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.CpuVersion;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.Comparability;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/// `export` to test suites: what is written compiles without warnings, and is read back as a case with the same results.
class TestSuiteExportTest {
    private static final Path STUBS = Path.of("src/test/resources/dev/tailbound/export").toAbsolutePath();
    private static final int GENERATED = 60;

    @TempDir
    private Path folder;

    private static final List<Case> CASES = all();

    /// Cases of the corpus, generated ones, and the arithmetic of these.
    private static List<Case> all() {
        var generator = new CaseGenerator(GeneratorOptions.DEFAULT);
        var generated = IntStream.range(0, GENERATED).mapToObj(i -> generator.generate(Choices.seeded(161, i))).toList();
        return Stream.of(Corpus.files(List.of(Path.of("../corpus"))).stream().map(CaseReader::read), generated.stream(), generated
                .stream().map(TestSuiteExportTest::arithmetic)).flatMap(cases -> cases).map(ExpectedResult::of).toList();
    }

    private static Stream<Case> cases() {
        return CASES.stream();
    }

    /// A case of the entry program's arithmetic and comparisons alone, on registers with constants; its jumps lead to the end.
    private static Case arithmetic(Case source) {
        var insns = new ArrayList<Insn>();
        for (int reg = 0; reg < Reg.R10.number(); reg++) {
            insns.add(new Insn.LoadImm64(Reg.of(reg), 0x0123_4567_89ab_cdefL * (reg + 1)));
        }
        source.entryProgram().insns().stream().filter(TestSuiteExportTest::isArithmetic).forEach(insns::add);
        insns.add(new Insn.Exit());
        int end = insns.size() - 1;
        insns.replaceAll(
                insn -> insn instanceof Insn.JumpIf jump ? new Insn.JumpIf(jump.width(), jump.cond(), jump.dst(), jump.src(), end)
                        : insn);
        return new Case("arithmetic", List.of(), List.of(new Program("entry", insns)), "entry", Context.Skb.defaults(),
                Environment.DEFAULT, Expectation.NONE);
    }

    private static boolean isArithmetic(Insn insn) {
        return (insn instanceof Insn.Alu || insn instanceof Insn.Mov || insn instanceof Insn.MovSx || insn instanceof Insn.Neg
                || insn instanceof Insn.Swap || insn instanceof Insn.JumpIf) && (insn.registers() & ~0x3ff) == 0;
    }

    private static Optional<byte[]> exported(ExportForm form, Case source) {
        try {
            return Optional.of(form.write(source));
        } catch (BadInput refused) {
            assertThat(refused.getMessage()).matches("an? .* cannot hold .*").doesNotContain("\n");
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = ExportForm.class, mode = Mode.INCLUDE, names = { "SELFTEST", "TEST_BPF", "DATA" })
    void what_is_written_is_read_back_as_a_case_with_the_same_results(ExportForm form) {
        int compared = 0;
        for (var source : cases().toList()) {
            var written = exported(form, source);
            if (written.isPresent()) {
                var read = Forms.read(new Source("exported", written.get()), ImportOptions.NONE);
                assertThat(read).hasSize(1);
                compared += isSame(source, read.getFirst().source(), form) ? 1 : 0;
            }
        }
        assertThat(compared).isGreaterThan(form == ExportForm.TEST_BPF ? 30 : 50);
    }

    /// Whether the case ran; fails if the results differ. Contents of maps and the context are not part of programs, so they are the original's.
    private static boolean isSame(Case source, Case read, ExportForm form) {
        if (form != ExportForm.SELFTEST) {
            assertThat(read.entryProgram().insns()).isEqualTo(source.entryProgram().insns());
            assertThat(read.entryProgram().malformed()).isEqualTo(source.entryProgram().malformed());
            int retval = (int) read.expectation().r0().orElseGet(() -> read.expectation().retval().orElse(0));
            int wanted = (int) source.expectation().r0().orElseGet(() -> source.expectation().retval().orElse(0));
            assertThat(retval).isEqualTo(wanted);
            return true;
        }
        var contents = new HashMap<String, BpfMap>();
        source.maps().forEach(map -> contents.put(map.name(), map));
        var maps = read.maps().stream().map(map -> map instanceof BpfMap.Array array && contents.get(map
                .name()) instanceof BpfMap.Array original ? filled(array, original) : map).toList();
        var before = observed(source);
        var after = observed(read.withInput(maps, source.context(), source.environment()));
        assertThat(after.isPresent()).isEqualTo(before.isPresent());
        if (before.isPresent()) {
            assertThat(after.get().r0()).isEqualTo(before.get().r0());
            assertThat(after.get().tailCalls()).isEqualTo(before.get().tailCalls());
            assertThat(values(read, after.get())).isEqualTo(values(source, before.get(), values(read, after.get()).keySet()));
        }
        return before.isPresent();
    }

    private static BpfMap filled(BpfMap.Array array, BpfMap.Array original) {
        assertThat(array.valueSize()).isEqualTo(original.valueSize());
        assertThat(array.entries()).isEqualTo(original.entries());
        return new BpfMap.Array(array.name(), array.valueSize(), array.entries(), original.init());
    }

    private static Map<String, Bytes> values(Case source, Observation seen) {
        var values = new TreeMap<String, Bytes>();
        for (int map = 0; map < source.maps().size(); map++) {
            values.put(source.maps().get(map).name(), seen.maps().get(map));
        }
        return values;
    }

    private static Map<String, Bytes> values(Case source, Observation seen, Set<String> names) {
        var values = values(source, seen);
        values.keySet().retainAll(names);
        return values;
    }

    /// Empty if the case does not return, or if its results depend on addresses.
    private static Optional<Observation> observed(Case source) {
        try (var oracle = new Interpreter()) {
            return Verifier.verify(source) instanceof Verdict.Accepted(var verified)
                    && oracle.comparability(verified) instanceof Comparability.Whole
                    && oracle.outcome(verified) instanceof Outcome.Returned(var seen) ? Optional.of(seen) : Optional.empty();
        }
    }

    @Test
    void selftest_programs_compile_without_warnings() throws IOException, InterruptedException {
        var files = written(ExportForm.SELFTEST, TestSuiteExportTest::isKnownToOldCompilers, "");
        compile("clang", files, "-target", "bpf", "-mcpu=v3", "-O2", "-g", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                "-Wno-unused-const-variable", "-I" + STUBS);
        // Syntax of the assembly is checked only where it is assembled.
        for (var file : files.subList(0, 10)) {
            compile("clang", List.of(file), "-target", "bpf", "-mcpu=v3", "-O2", "-c", "-Werror", "-I" + STUBS, "-o",
                    folder.resolve("out.o").toString());
        }
    }

    /// Clang 14 knows no instructions of -mcpu=v4, and assembles neither stores of immediates nor the newer atomics.
    private static boolean isKnownToOldCompilers(Case source) {
        return source.programs().stream().flatMap(program -> program.insns().stream())
                .allMatch(insn -> CpuVersion.of(insn) != CpuVersion.V4 && !(insn instanceof Insn.LoadAcquire)
                        && !(insn instanceof Insn.StoreRelease) && !(insn instanceof Insn.Store(_, _, _, Imm _)));
    }

    @Test
    void selftest_runners_compile_without_warnings() throws IOException, InterruptedException {
        var files = new ArrayList<Path>();
        for (var source : cases().toList()) {
            var runner = exported(ExportForm.PROG_TEST, source);
            if (runner.isPresent()) {
                var place = Files.createDirectory(folder.resolve("t" + files.size()));
                Files.writeString(place.resolve("tailbound_case.skel.h"),
                        skeleton(new String(runner.get(), StandardCharsets.UTF_8)));
                files.add(Files.write(place.resolve("tailbound_case.c"), runner.get()));
            }
        }
        assertThat(files.size()).isGreaterThan(150);
        compile("gcc", files, "-fsyntax-only", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-I" + STUBS);
    }

    /// The header that bpftool would generate, with the maps and programs that the test names.
    private static String skeleton(String test) {
        var maps = Pattern.compile("skel->maps\\.(\\w+)").matcher(test).results().map(match -> match.group(1))
                .distinct().map(name -> "struct bpf_map *" + name + "; ").toList();
        var programs = Pattern.compile("skel->progs\\.(\\w+)").matcher(test).results().map(match -> match.group(1)).distinct()
                .map(name -> "struct bpf_program *" + name + "; ").toList();
        return "struct tailbound_case { struct { " + String.join("", maps) + " int none; } maps; struct { " + String.join("",
                programs) + " } progs; };\nstruct tailbound_case *tailbound_case__open_and_load(void);\n"
                + "void tailbound_case__destroy(struct tailbound_case *skel);\n";
    }

    @ParameterizedTest
    @ValueSource(strings = { "gcc", "clang" })
    void test_bpf_entries_compile_without_warnings(String compiler) throws IOException, InterruptedException {
        var files = written(ExportForm.TEST_BPF, _ -> true, "#include \"test_bpf.h\"\nstruct bpf_test tests[] = {\n");
        // /usr/include is searched before the stub of linux/bpf.h, which is for programs.
        compile(compiler, files, "-fsyntax-only", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers",
                "-Wno-missing-braces", "-iquote", STUBS.toString());
    }

    private List<Path> written(ExportForm form, Predicate<Case> chosen, String head) throws IOException {
        var files = new ArrayList<Path>();
        for (var source : cases().filter(chosen).toList()) {
            var text = exported(form, source);
            if (text.isPresent()) {
                var body = new String(text.get(), StandardCharsets.UTF_8);
                files.add(Files.writeString(folder.resolve(files.size() + ".c"), head.isEmpty() ? body : head + body + "};\n"));
            }
        }
        assertThat(files.size()).isGreaterThan(30);
        return files;
    }

    private void compile(String compiler, List<Path> files, String... options) throws IOException, InterruptedException {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, compiler))), compiler + " is not installed");
        var command = new ArrayList<>(List.of(compiler));
        command.addAll(List.of(options));
        files.forEach(file -> command.add(file.toString()));
        var errors = folder.resolve("errors").toFile();
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(errors).start();
        assertThat(process.waitFor()).as(Files.readString(errors.toPath()).lines().limit(20).toList().toString()).isZero();
    }
}
