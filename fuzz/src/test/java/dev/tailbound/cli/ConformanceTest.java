package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both ways: our engines run test files of bpf_conformance, and its runner can ask them.
@Tag("emulator")
class ConformanceTest {
    private static final String ADDITION = "-- asm\nldxb %r0, [%r1+1]\nadd %r0, %r2\nexit\n-- mem\n01 28\n-- result\n0x2a\n";

    @TempDir
    private Path folder;

    private void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private String conformance(int exitCode, String... options) {
        var args = new ArrayList<>(List.of("conformance", folder.toString()));
        args.addAll(List.of(options));
        var out = new StringWriter();
        assertThat(Tailbound.commandLine(out, out).execute(args.toArray(String[]::new))).as(out.toString()).isEqualTo(exitCode);
        return out.toString().replace(folder + "/", "");
    }

    @Test
    void what_passes_and_what_is_refused_is_counted() throws IOException {
        file("addition.data", ADDITION);
        file("negative.data", "-- raw\n95 00 00 00 01 00 00 00\n-- error\n");
        file("shift.data", "-- asm\nmov %r0, 1\nlsh %r0, 64\nexit\n-- result\n1\n");
        file("unknown.data", "-- asm\nexit\n-- fails\n");

        assertThat(conformance(0)).isEqualTo(
                """
                        shift.data: refused: rejected: program entry: insn 1 (r0 <<= 64): shift count 64 is outside 0..63
                        unknown.data: skipped: expected a section: -- asm, -- mem, -- raw, -- result, -- error, -- no register offset or -- c, found '-- fails'
                        engine  pass  fail  refused  skipped
                        oracle  2     0     1        1
                        x86-64  2     0     1        1
                        arm64   2     0     1        1
                        """);
    }

    @Test
    void a_wrong_result_and_an_accepted_error_fail() throws IOException {
        file("error.data", "-- asm\nmov %r0, 1\nexit\n-- error\nInvalid\n");
        file("high.data", "-- asm\nlddw %r0, 0x100000001\nexit\n-- result\n0x1\n");

        assertThat(conformance(1, "--engine", "x86-64")).isEqualTo("""
                error.data: fail: the verifier accepts it
                high.data: fail: r0 expected 0x1, returned 0x100000001
                engine  pass  fail  refused  skipped
                x86-64  0     2     0        0
                """);
    }

    @Test
    void a_file_that_cannot_be_read_is_bad_input_unless_it_is_in_error() throws IOException {
        file("bad.data", "-- asm\nnop\n-- result\n1\n");
        file("error.data", "-- asm\nnop\n-- error\nInvalid mnemonic\n");

        assertThat(conformance(2, "--engine", "oracle")).contains("bad.data: refused: ", "bad.data:2: expected an instruction",
                "oracle  1     0     1        0");
    }

    @Test
    void the_verifier_can_be_overruled() throws IOException {
        file("zero.data", "-- asm\nadd %r0, %r7\nexit\n-- result\n0\n");

        assertThat(conformance(0)).contains("zero.data: refused: rejected: program entry insn 0",
                "oracle  0     0     1        0");
        assertThat(conformance(0, "--unverified")).contains("zero.data: pass (unverified)", "arm64   1     0     0        0");
        assertThat(conformance(0, "--unverified", "--format", "json").lines()).contains(
                "{\"case\":\"zero.data\",\"engine\":\"arm64\",\"result\":\"pass\",\"unverified\":true}",
                "{\"engine\":\"arm64\",\"pass\":1,\"fail\":0,\"refused\":0,\"skipped\":0}");
    }

    // The runner of bpf_conformance, as far as a plug-in sees it.

    private record Answer(int exitCode, String text) {}

    /// One process a test: the memory is the first argument, the program goes to standard input, each byte after two blanks.
    private static Answer ask(String engine, String memory, String program, String... more) throws Exception {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Tailbound.class.getName(), "plugin"));
        if (memory != null) {
            command.add(spaced(memory));
        }
        command.addAll(List.of("--engine", engine));
        command.addAll(List.of(more));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var input = process.getOutputStream()) {
            input.write((spaced(program) + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text.strip());
    }

    private static String spaced(String hex) {
        return IntStream.range(0, hex.length() / 2).mapToObj(i -> hex.substring(2 * i, 2 * i + 2)).collect(Collectors.joining(
                "  "));
    }

    @Test
    void the_runner_grades_an_engine_by_r0() throws Exception {
        // r0 = *(u8 *)(r1 + 1); r0 += r2; exit
        var program = "7110010000000000" + "0f20000000000000" + "9500000000000000";
        assertThat(ask("oracle", "0128", program)).isEqualTo(new Answer(0, "2a"));
        assertThat(ask("arm64", "0128", program)).isEqualTo(new Answer(0, "2a"));
    }

    @Test
    void without_memory_the_length_is_0_and_all_of_r0_is_told() throws Exception {
        // r0 = -1; r0 -= r2; exit
        assertThat(ask("x86-64", null, "b7000000ffffffff" + "1f20000000000000" + "9500000000000000"))
                .isEqualTo(new Answer(0, "f".repeat(16)));
    }

    private static Answer plugin(String... options) {
        var args = new ArrayList<>(List.of("plugin"));
        args.addAll(List.of(options));
        var out = new StringWriter();
        int exitCode = Tailbound.commandLine(out, out).execute(args.toArray(String[]::new));
        return new Answer(exitCode, out.toString().strip());
    }

    @Test
    void what_cannot_be_run_is_a_message_and_another_exit_code() {
        assertThat(plugin("--program", "95 00")).isEqualTo(new Answer(2,
                "program of 2 bytes, expected a positive multiple of 8"));
        assertThat(plugin("--program", "9z")).isEqualTo(new Answer(2, "--program: expected bytes in hex, found '9z'"));
        assertThat(plugin("zz", "--program", "95")).satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(2));
        assertThat(plugin("--elf", "--program", "7f")).isEqualTo(new Answer(2,
                "--elf: ELF objects are not supported here, expected the program's bytes"));
        var zeros = HexFormat.of().formatHex(new byte[8]);
        assertThat(plugin("--program", zeros)).isEqualTo(new Answer(2,
                "rejected: program entry: insn 0: opcode 0x00 is unknown"));
        assertThat(plugin("--program", "95 00 00 00 00 00 00 00").exitCode()).isEqualTo(2);
        assertThat(plugin("--unverified", "--program", "95 00 00 00 00 00 00 00")).isEqualTo(new Answer(0, "0"));
    }
}
