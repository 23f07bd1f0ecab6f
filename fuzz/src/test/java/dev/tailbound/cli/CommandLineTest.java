package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.engines.SchemeRow;
import dev.tailbound.report.StoredCampaign;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The interface that users and their scripts rely on: exit codes, verdicts, and one line per error.
@Tag("emulator")
class CommandLineTest {
    private static final Path CORPUS = Path.of("../corpus");
    private static final String HIERARCHY = CORPUS.resolve("seeds/tailcall-hierarchy.case").toString();

    /// The result of one command line.
    private record Ran(int exitCode, String out, String err) {}

    private static Ran tailbound(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Tailbound.commandLine(out, err).execute(args);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    @Test
    void the_hierarchy_makes_33_tail_calls_on_all_three_engines() {
        var ran = tailbound("run", HIERARCHY);
        assertThat(ran.exitCode()).isEqualTo(0);
        assertThat(ran.out().lines().skip(2)).hasSize(3).allMatch(line -> line.endsWith(
                "returned 0x1  33          counter[0] = 34"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64:stack-copy", "arm64:x26" })
    void old_schemes_are_stopped_at_the_34th_tail_call(String engine) {
        var ran = tailbound("run", HIERARCHY, "--engine", "oracle", "--engine", engine);
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains(": diverge", engine
                + " disagrees with oracle: tail_calls expected 33, found 34: tail call 34 happened");
        assertThat(ran.out()).contains("reproduce: ./tailbound run " + HIERARCHY + " --engine oracle --engine " + engine);
        assertThat(ran.out()).contains("  " + engine + " first goes wrong at entry insn 14, step 322: next instruction expected",
                "  before it: r1 = ctx, r2 = map jmp_table, r3 = 0x0", "  14: call bpf_tail_call  ");
    }

    /// For any reference engine, and even if no engine keeps to the limit.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x86-64:stack-copy oracle           | x86-64:stack-copy disagrees with oracle: tail_calls expected 33, found 34: tail call 34",
        "arm64:x26 x86-64                   | arm64:x26 disagrees with x86-64: tail_calls expected 33, found 34: tail call 34",
        "arm64:x26                          | arm64:x26 disagrees with the budget: tail_calls expected at most 33, found 34: tail call 34",
    })
    void the_34th_tail_call_is_a_finding_with_any_reference(String engines, String expected) {
        var ran = tailbound(("run " + HIERARCHY + " --engine " + engines.replace(" ", " --engine ")).split(" "));
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains(expected, "signature: " + engines.split(" ", -1)[0] + ".budget.tail-call.over-budget");
    }

    @ParameterizedTest
    @ValueSource(strings = { "oracle", "arm64" })
    void output_says_that_a_single_engine_is_not_compared(String engine) {
        var ran = tailbound("run", HIERARCHY, "--engine", engine);
        assertThat(ran.out()).endsWith("\n" + engine
                + " alone: checked against the limit of 33 tail calls and the cases' expectations, but not against another engine\n");
        assertThat(tailbound("run", HIERARCHY).out()).doesNotContain("alone");
    }

    @Test
    void reproduce_command_has_every_option_and_is_quoted_for_a_shell(@TempDir Path folder) throws IOException {
        var file = Files.copy(CORPUS.resolve("schemes/flat-35-calls.case"), folder.resolve("it's one.case"));
        var ran = tailbound("run", file.toString(), "--tail-calls", "v6.1", "--engine", "oracle", "--engine",
                "x86-64:v6.12,endbr");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains("reproduce: ./tailbound run '" + folder
                + "/it'\\''s one.case' --engine oracle --engine x86-64:v6.12,endbr --tail-calls v6.1\n");
    }

    @Test
    void a_case_whose_prologue_no_pass_inserts_is_not_compared() {
        var ran = tailbound("run", CORPUS.resolve("seeds/epilogue-tailcall.case").toString(), "--passes", "none");
        assertThat(ran.exitCode()).isEqualTo(0);
        assertThat(ran.out()).contains(": inconclusive\n",
                "the case has a prologue or an epilogue, and the pass pro-epilogue is off");
    }

    @Test
    void with_strict_a_case_that_cannot_be_compared_fails() {
        var file = CORPUS.resolve("seeds/epilogue-tailcall.case").toString();
        assertThat(tailbound("run", file, "--passes", "none", "--strict").exitCode()).isEqualTo(1);
        assertThat(tailbound("run", file, "--strict").exitCode()).isEqualTo(0);
    }

    @Test
    void usual_names_of_architectures_select_the_same_engines() {
        var ran = tailbound("run", HIERARCHY, "--engine", "amd64", "--engine", "x86_64:no-bmi2", "--engine", "aarch64");
        assertThat(ran.out()).contains("x86-64  ", "x86-64:no-bmi2  ", "arm64  ");
    }

    @Test
    void version_names_java_and_the_libraries() {
        assertThat(tailbound("run", "--version").out()).isEqualTo(tailbound("--version").out());
        assertThat(tailbound("--version").out().lines()).hasSize(4).satisfiesExactly(
                line -> assertThat(line).isEqualTo("tailbound 0.1.0"), line -> assertThat(line).startsWith("Java 25"),
                line -> assertThat(line).startsWith("Unicorn 2."), line -> assertThat(line).startsWith("Capstone "));
    }

    @Test
    void help_shows_the_help_of_a_command() {
        assertThat(tailbound("help", "merge").out()).isEqualTo(tailbound("merge", "--help").out())
                .startsWith("Usage: tailbound merge");
        assertThat(tailbound("help").out()).isEqualTo(tailbound("--help").out());
    }

    @Test
    void values_that_depend_on_addresses_are_marked(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("leak.case"), """
                -- map m array value=8 entries=1
                -- prog p
                    r1 = map[m][0] ll
                    *(u64 *)(r1 + 0) = r10
                    r0 = r10
                    exit
                """).toString();
        assertThat(tailbound("run", file).out()).containsPattern("oracle  returned 0x[0-9a-f]+[*] +0 +m\\[0] = \\d+[*]\n")
                .endsWith("  * not compared, since it depends on addresses: r0, m[0]\n");
        assertThat(tailbound("run", file, "--format", "json").out()).endsWith("""
                "verdict":"agree","signature":null,"differs":null,"not_compared":["r0","m[0]"]}
                """);
    }

    /// Under the rule of 6.1, the calls make 35 tail calls; the chain makes the same number under both rules.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "../corpus/schemes/flat-35-calls.case                  | tail_calls = 33 | 0",
        "../corpus/schemes/main-chain.case                     | tail_calls = 1  | 1",
    })
    void expectations_hold_under_the_rule_of_6_1_if_both_rules_agree(String file, String expected, int exitCode,
            @TempDir Path folder) throws IOException {
        var text = Files.readString(Path.of(file)).replaceAll("(?s)-- expect.*", "-- expect\n" + expected + "\n");
        var changed = Files.writeString(folder.resolve("a.case"), text).toString();
        var ran = tailbound("run", changed, "--tail-calls", "v6.1", "--engine", "oracle");
        assertThat(ran.exitCode()).as(ran.out()).isEqualTo(exitCode);
    }

    @Test
    void dump_shows_what_each_pass_changed(@TempDir Path folder) throws IOException {
        var file = folder.resolve("dead.case");
        Files.writeString(file, "-- prog main\nr0 = 0\nif r0 == 0 goto end\nr0 = 1\nend: exit\n");
        var ran = tailbound("dump", file.toString(), "--stages", "--engine", "x86-64");
        assertThat(ran.out()).isEqualTo("""
                main, x86-64, as written: 4 insns, stack main 0
                     0     0: r0 = 0
                     1     1: if r0 == 0 goto end
                     2     2: r0 = 1
                end:
                     3     3: exit

                main, x86-64, after dead-code: 2 insns, stack main 0
                     0     0: r0 = 0
                     3     1: exit

                """);
        assertThat(tailbound("dump", file.toString(), "--stages", "--engine", "x86-64:no-dead-code").out())
                .doesNotContain("after");
    }

    @ParameterizedTest
    @CsvSource({ "x86-64, call", "arm64, bl", "arm64:v6.1, bl" })
    void dump_shows_trampolines_and_their_calls(String engine, String call) {
        var ran = tailbound("dump", CORPUS.resolve("attach/arguments-and-result.case").toString(), "--engine", engine);
        assertThat(ran.out())
                .contains("around sum (fentry first, fentry second, fexit third, fexit fourth), %s: ".formatted(engine))
                .containsPattern(" first .* %s #?0x".formatted(call)).containsPattern(" fourth .* %s #?0x".formatted(call));
    }

    @Test
    void schemes_lists_the_settings_of_kernel_names() {
        var profiles = tailbound("schemes").out().lines().dropWhile(line -> !line.startsWith("profile")).toList();
        assertThat(profiles).hasSize(7).anyMatch(line -> line.matches("x86-64:v6.1 +stack-copy +\\+11 +0x24 0x110, 0x30 .*"))
                .anyMatch(line -> line.matches("arm64:v7.2 +pointer +\\+28 +0x4c 0x130, 0x48 .* r0 in x8, .*"));
    }

    @Test
    void engines_without_passes_are_named_so() {
        var ran = tailbound("run", HIERARCHY, "--passes", "fastcall,pro-epilogue,context,zext,inline,guards");
        assertThat(ran.out()).contains("x86-64:no-dead-code");
        assertThat(tailbound("run", HIERARCHY, "--passes", "guard").err()).contains("expected none or some of", "found 'guard'");
    }

    @Test
    void the_readme_shows_the_output_of_run() throws IOException {
        var shown = Files.readAllLines(Path.of("../README.md")).stream().dropWhile(line -> !line.startsWith("$ ./tailbound "))
                .takeWhile(line -> !line.equals("```")).toList();
        var ran = tailbound(shown.getFirst().substring("$ ./tailbound ".length()).replace("corpus/", CORPUS + "/").split(" "));
        assertThat(ran.out().replace(CORPUS + "/", "corpus/").lines())
                .startsWith(shown.subList(1, shown.size()).toArray(String[]::new));
    }

    @Test
    void every_scheme_holds_or_breaks_as_listed() {
        var ran = tailbound("schemes", "--check", "--corpus", CORPUS.toString());
        assertThat(ran.out()).contains("breaks (34 tail calls at entry insn 14 (call bpf_tail_call))");
        assertThat(ran.exitCode()).as(ran.out()).isEqualTo(0);
    }

    @Test
    void a_scheme_with_another_result_than_listed_is_a_finding(@TempDir Path corpus) throws IOException {
        for (var row : SchemeRow.ALL) {
            for (var file : row.cases()) {
                var path = file.endsWith(".case") ? corpus.resolve(file) : corpus.resolve(file, "any.case");
                Files.createDirectories(path.getParent());
                Files.writeString(path, "-- prog main\nr0 = 0\nexit\n");
            }
        }
        var ran = tailbound("schemes", "--check", "--corpus", corpus.toString());
        assertThat(ran.out()).doesNotContain("breaks (");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void the_whole_corpus_agrees() {
        var ran = tailbound("run", CORPUS.toString());
        assertThat(ran.out()).endsWith(" 0 diverge, 0 inconclusive\n");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(0);
    }

    @Test
    void old_schemes_agree_with_kernel_6_1() {
        var ran = tailbound("run", CORPUS.resolve("tail-calls").toString(), "--tail-calls", "v6.1", "--engine", "oracle",
                "--engine", "x86-64:stack-copy", "--engine", "arm64:x26");
        assertThat(ran.exitCode()).isEqualTo(0);
        // One case makes 2^34 - 2 tail calls there, which also stalled that kernel.
        assertThat(ran.out()).endsWith(" 0 diverge, 1 inconclusive\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64:v6.1,pointer", "x86-64:v7.2", "x86-64:no-bmi2", "x86-64:no-endbr", "arm64:v6.1,pointer",
        "arm64:v7.2",
        "arm64:ll-sc", "arm64:bti", "arm64:no-pac" })
    void every_variant_of_the_backends_agrees_on_the_corpus(String engine) {
        var ran = tailbound("run", CORPUS.toString(), "--engine", "oracle", "--engine", engine);
        assertThat(ran.out()).endsWith(" 0 diverge, 0 inconclusive\n");
        assertThat(ran.exitCode()).isEqualTo(0);
    }

    @Test
    void json_has_one_line_per_engine_and_one_verdict_per_case() {
        var ran = tailbound("run", HIERARCHY, "--format", "json", "--engine", "oracle", "--engine", "x86-64:stack-copy");
        assertThat(ran.out().lines()).containsExactly(
                """
                        {"case":"%s","engine":"oracle","outcome":"returned","r0":"0x1","tail_calls":33,"maps":{"counter":["22000000"]}}"""
                        .formatted(HIERARCHY),
                """
                        {"case":"%s","engine":"x86-64:stack-copy","outcome":"over-budget","reason":"stopped at tail call 34","tail_calls":34}"""
                        .formatted(HIERARCHY),
                """
                        {"case":"%s","verdict":"diverge","signature":"x86-64:stack-copy.budget.tail-call.over-budget",\
                        "differs":"x86-64:stack-copy disagrees with oracle: tail_calls expected 33, found 34: tail call 34 happened, stopped at once"}"""
                        .formatted(HIERARCHY));
    }

    /// The update must happen at one of about 1500 instructions, which the few interleavings of a normal run miss.
    @Test
    void one_interleaving_that_diverges_decides_the_verdict(@TempDir Path folder) throws IOException {
        var late = Files.readString(CORPUS.resolve("seeds/poke-fill.case")).replace("    call bpf_ktime_get_ns\n",
                "    call bpf_ktime_get_ns\n" + "    r7 = 1\n".repeat(1500));
        var file = Files.writeString(folder.resolve("late.case"), late).toString();
        var command = "run " + file + " --engine oracle --engine x86-64:pop-nop-push";
        assertThat(tailbound(command.split(" ")).out()).startsWith(file + ": agree\n");

        var ran = tailbound((command + " --interleavings 2000").split(" "));
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).startsWith(file + ": diverge\n").containsPattern(
                "  x86-64:pop-nop-push: 4000 interleavings [(]some[)], 2 outcomes: x86-64:pop-nop-push disagrees with oracle: "
                        + "r0 expected 0x1, found 0x5badccea5c0c0c0c, with its updates delayed by [^ ]0, 15..] instructions\n")
                .endsWith("\n  signature: x86-64:pop-nop-push.r0\n  reproduce: ./tailbound " + command
                        + " --interleavings 2000\n");
        var lines = tailbound((command + " --interleavings 2000 --format json").split(" ")).out().lines().toList();
        assertThat(lines.get(2)).contains("\"interleavings\":4000,\"complete\":false,\"outcomes\":2,\"delays\":[0,15");
        assertThat(lines).filteredOn(line -> line.contains("\"verdict\"")).singleElement().asString()
                .contains("\"verdict\":\"diverge\",\"signature\":\"x86-64:pop-nop-push.r0\"");
    }

    @Test
    void dump_shows_bpf_next_to_machine_code() {
        var ran = tailbound("dump", HIERARCHY);
        assertThat(ran.exitCode()).isEqualTo(0);
        assertThat(ran.out()).containsPattern("3: w2 = 1 +30:  be 01 00 00 00 +mov esi, 1").contains("subprog_tail, arm64: ");
    }

    @Test
    void choices_shows_the_case_of_a_fuzzers_corpus_entry(@TempDir Path folder) throws IOException {
        var entry = folder.resolve("entry");
        var made = tailbound("choices", entry.toString(), "--seed", "1", "--case", "7");
        assertThat(made.exitCode()).isEqualTo(0);
        assertThat(made.out()).isEqualTo(CasePrinter.print(CaseSource.seeded(1).at(7)));
        assertThat(tailbound("choices", entry.toString())).isEqualTo(made);
        assertThat(tailbound("run", Files.writeString(folder.resolve("spelt.case"), made.out()).toString()).exitCode())
                .isEqualTo(0);
    }

    @Test
    void bench_measures_each_stage_of_generated_cases() {
        var ran = tailbound("bench", "--cases", "20");
        assertThat(ran.exitCode()).isEqualTo(0);
        assertThat(ran.out().lines().takeWhile(line -> !line.isEmpty()).map(line -> line.replaceFirst("  .*", "")))
                .containsExactly(
                        "stage", "generate", "verify", "oracle",
                        "x86-64: compile", "x86-64: prepare", "x86-64: emulate", "x86-64: observe",
                        "arm64: compile", "arm64: prepare", "arm64: emulate", "arm64: observe", "compare", "all");
        assertThat(ran.out()).containsPattern("\\d+\\.\\d+ times the time of the bare emulators")
                .endsWith("20 cases: 0 diverge, 0 inconclusive\n");
    }

    @Test
    void bench_reports_a_finding() {
        var ran = tailbound("bench", "--cases", "10", HIERARCHY, "--engine", "oracle", "--engine", "x86-64:stack-copy");
        assertThat(ran.out()).endsWith("10 cases: 10 diverge, 0 inconclusive\n");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    void minimize_keeps_the_signature_and_needs_at_most_15_instructions_for_the_hierarchy(@TempDir Path folder) {
        var smallest = folder.resolve("smallest.case");
        var ran = tailbound("minimize", HIERARCHY, "--engine", "oracle", "--engine", "x86-64:stack-copy", "--output",
                smallest.toString());
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).containsPattern(
                "^x86-64:stack-copy.budget.tail-call.over-budget: 15 instructions became ([1-9]|1[0-5]), ");
        var again = tailbound("run", smallest.toString(), "--engine", "oracle", "--engine", "x86-64:stack-copy");
        assertThat(again.out()).contains("signature: x86-64:stack-copy.budget.tail-call.over-budget");
    }

    @Test
    void minimize_requires_engines_that_differ() {
        var ran = tailbound("minimize", HIERARCHY);
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).isEqualTo(HIERARCHY
                + ": expected engines that differ, found that oracle, x86-64, arm64 do not differ\n");
    }

    @Test
    void report_writes_one_page(@TempDir Path folder) throws IOException {
        StoredCampaign.of(folder, "oracle x86-64:stack-copy").counted("0 3 agree=3").found("x86-64-stack-copy.budget");
        var ran = tailbound("report", folder.toString(), "--sample", "3");
        assertThat(ran.exitCode()).isEqualTo(0);
        assertThat(ran.out()).isEqualTo(folder.resolve("report.html") + "\n");
        assertThat(folder.resolve("report.html")).content().startsWith("<!DOCTYPE html>").contains("x86-64-stack-copy.budget");
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "oracle    | no/such/page | no/such/page: cannot be written: no such file or folder | 3",
        "oracle    | campaign/x   | campaign/x: cannot be written: Not a directory          | 3",
        "z80       | page         | : engine z80: expected oracle[:big], x86-64                   | 2",
    })
    void a_report_that_cannot_be_written_is_one_line(String engines, String page, String expected, int exitCode,
            @TempDir Path folder)
            throws IOException {
        StoredCampaign.of(folder, engines);
        var ran = tailbound("report", folder.toString(), "--output", folder.resolve(page).toString());
        assertThat(ran.exitCode()).isEqualTo(exitCode);
        assertThat(ran.err().lines()).singleElement().asString().contains(expected);
    }

    @Test
    void after_a_bad_file_the_others_still_run(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.case"), "nonsense\n");
        Files.writeString(folder.resolve("b.case"), "-- prog p\n    exit\n");
        Files.writeString(folder.resolve("c.case"), "-- prog p\n    r0 = 7\n    exit\n");
        var ran = tailbound("run", folder.toString());
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err().lines()).hasSize(2);
        assertThat(ran.err()).contains("a.case:1: ", "b.case: rejected: program p insn 0 (exit): ");
        assertThat(ran.out()).isEqualTo("1 case: 1 agree, 0 diverge, 0 inconclusive\n");
        assertThat(tailbound("run", folder.toString(), "--format", "json", "--engine", "oracle").out().lines()
                .map(line -> line.replaceAll("(^.*?/(?=[abc][.]case)|,\"reason.*)", "")))
                .containsExactly("a.case\",\"verdict\":\"bad-input\"", "b.case\",\"verdict\":\"bad-input\"",
                        "c.case\",\"engine\":\"oracle\",\"outcome\":\"returned\",\"r0\":\"0x7\",\"tail_calls\":0,\"maps\":{}}",
                        "c.case\",\"verdict\":\"agree\",\"signature\":null,\"differs\":null}");
    }

    @Test
    void a_failure_of_tailbound_itself_is_one_line_and_a_file(@TempDir Path folder) throws IOException {
        var why = new FailureTrace(new IllegalStateException("never\nexpected")).describe();
        assertThat(why).startsWith(
                "tailbound failed, which is a bug: java.lang.IllegalStateException: never expected; " + "its stack trace is in ")
                .doesNotContain("\n");
        var trace = Path.of(why.substring(why.lastIndexOf(' ') + 1));
        assertThat(Files.readString(trace)).contains("at dev.tailbound.cli.CommandLineTest.");
        Files.delete(trace);
    }

    @Test
    void an_expectation_that_all_engines_miss_is_a_finding(@TempDir Path folder) throws IOException {
        var file = folder.resolve("c.case");
        Files.writeString(file, "-- prog p\n    r0 = 7\n    exit\n-- expect\nr0 = 8\n");
        var ran = tailbound("run", file.toString());
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains("oracle disagrees with the case: r0 expected 0x8, found 0x7");
    }
}
