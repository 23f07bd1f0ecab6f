package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A runtime in C after the shim of `contrib/external` is an engine like others: it agrees, and what is wrong with it is found.
@Tag("emulator")
class ExternalEnginesTest {
    private static final Path SOURCES = Path.of("../contrib/external");

    @TempDir
    private static Path folder;

    @TempDir
    private Path out;

    /// gcc is a tool of kernel engines, too; where there is none, nothing is shown here.
    @BeforeAll
    static void build() throws IOException, InterruptedException {
        assumeThat(Stream.of(System.getenv("PATH").split(":")).anyMatch(bin -> Files.isExecutable(Path.of(bin, "gcc")))).isTrue();
        var gcc = new ProcessBuilder("gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", vm(),
                SOURCES.resolve("shim.c").toString(), SOURCES.resolve("vm.c").toString()).redirectErrorStream(true).start();
        var messages = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(gcc.waitFor()).as(messages).isEqualTo(0);
    }

    private static String vm() {
        return folder.resolve("vm").toString();
    }

    private static String tailbound(int exitCode, String... args) {
        var out = new StringWriter();
        assertThat(Tailbound.commandLine(out, out).execute(args)).as(out.toString()).isEqualTo(exitCode);
        return out.toString();
    }

    private String campaign(int exitCode, String fault, int cases) {
        return tailbound(exitCode, "fuzz", "--seed", "1", "--cases", Integer.toString(cases), "--jobs", "1", "--engine", "oracle",
                "--engine", "external:vm:" + vm() + fault, "--out", out.resolve("campaign").toString());
    }

    private String smallestCase(String signature) throws IOException {
        return Files.readString(out.resolve("campaign/findings/" + signature + "/minimized.case"));
    }

    @Test
    void it_agrees_on_each_instruction() {
        assertThat(tailbound(0, "run", "../corpus/isa", "--engine", "oracle", "--engine", "external:vm:" + vm()))
                .endsWith(" agree, 0 diverge, 2 inconclusive\n").contains("it has no helper 35");
    }

    /// The generator makes what the engine can run: most cases are compared.
    @Test
    void a_campaign_compares_nearly_all_cases() {
        assertThat(campaign(0, "", 128)).containsPattern("\n1[12]\\d agree, 0 diverge, ");
    }

    @Test
    void a_wrong_move_of_32_bits_is_found_and_made_small() throws IOException {
        assertThat(campaign(1, " mov32", 512)).contains("finding external-vm.maps: case 152");
        var smallest = smallestCase("external-vm.maps");
        assertThat(smallest.lines().filter(line -> line.startsWith("    "))).hasSizeLessThan(12).anyMatch(line -> line.matches(
                " +w\\d = w\\d"));
    }

    @Test
    void crashes_are_outcomes_of_their_cases() throws IOException {
        assertThat(campaign(1, " crash", 64)).contains("finding external-vm.outcome: ").doesNotContain(" 64 diverge");
        assertThat(smallestCase("external-vm.outcome")).contains("xchg");
        assertThat(out.resolve("campaign/findings/external-vm.outcome/report.md")).content()
                .contains("the process ended with signal");
    }

    @Test
    void a_program_that_only_it_calls_invalid_is_a_finding() throws IOException {
        assertThat(campaign(1, " invalid", 64)).contains("finding external-vm.refused: ");
        assertThat(smallestCase("external-vm.refused")).contains(" s%= ");
    }

    @Test
    void a_hang_is_an_outcome() throws IOException {
        var file = Files.writeString(out.resolve("hang.case"), "-- prog entry\nr0 = 1\nr0 = bswap16 r0\nexit\n");
        assertThat(tailbound(1, "run", file.toString(), "--engine", "oracle", "--engine", "external:vm:" + vm() + " hang"))
                .contains("trapped (runaway): it did not answer within 5 s of processor time or sleep");
    }

    @Test
    void what_is_no_engine_is_one_line_and_exit_code_3() {
        var file = "../corpus/isa/mem/load_acquire8.case";
        assertThat(tailbound(3, "run", file, "--engine", "external:x:/no/such/command"))
                .startsWith("engine external:x: cannot be started: ").hasLineCount(1);
        assertThat(tailbound(3, "run", file, "--engine", "external:x:" + vm() + " nofault"))
                .isEqualTo("engine external:x: expected a line that says hello, found none: the process ended with status 2\n");
        assertThat(tailbound(3, "fuzz", "--cases", "1", "--engine", "oracle", "--engine", "external:x:false", "--out",
                out.resolve("c").toString())).contains("engine external:x: expected a line that says hello");
        for (var wrong : List.of("external:", "external:x", "external:x:")) {
            assertThat(tailbound(2, "run", file, "--engine", wrong)).contains("expected external:NAME:COMMAND").hasLineCount(1);
        }
    }
}
