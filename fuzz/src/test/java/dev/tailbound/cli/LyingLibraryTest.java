package dev.tailbound.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.setup.Packages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An emulator with one wrong behaviour is an unusable library, reported in one line with exit code 3. Each check of the self-test fails once.
///
/// A wrapper library forwards all calls to the real emulator and falsifies one. `gcc` builds it; without `gcc`, these tests are visibly skipped.
@Tag("emulator")
class LyingLibraryTest {
    private static final String SOURCE = "lying-unicorn.c";
    private static final Path CASE = Path.of("../corpus/seeds/tailcall-hierarchy.case");

    @TempDir
    private static Path folder;

    private record Ended(int status, String output, String errors) {}

    @BeforeAll
    static void compile() throws Exception {
        var source = folder.resolve(SOURCE);
        try (var text = LyingLibraryTest.class.getResourceAsStream(SOURCE)) {
            Files.copy(text, source);
        }
        try {
            var gcc = run(new ProcessBuilder("gcc", "-shared", "-fPIC", "-pthread",
                    "-DREAL=\"%s\"".formatted(EmulatedEngine.library().path()), "-o",
                    folder.resolve("libunicorn.so.2").toString(), source.toString(), "-ldl"));
            assertThat(gcc).isEqualTo(new Ended(0, "", ""));
        } catch (IOException noCompiler) {
            System.out.println("lying libraries: skipped, " + noCompiler.getMessage());
            abort(noCompiler.getMessage());
        }
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "open                            | x86-64 | x86-64, opening: uc_open: error 2",
            "register                        | x86-64 | x86-64, registers: rbx: expected 0x",
            "address                         | x86-64 | x86-64, high addresses: ",
            "address                         | arm64  | arm64, high addresses: ",
            "flags                           | x86-64 | x86-64, flags: eflags: expected 0x8d7, found 0x",
            // mov rax, gs:[16] without the prefix
            "code:65488b04:3e488b04          | x86-64 | x86-64, per-CPU data: ",
            // mrs x1, sp_el0 as mrs x1, tpidr_el1
            "code:014138d5:81d038d5          | arm64  | arm64, per-CPU data: ",
            // lock xadd and ldaddal as nop; stlxr as str
            "code:f0480fc137:0f1f440000      | x86-64 | x86-64, atomics: words read by X86 ",
            "code:0300e1f8:1f2003d5          | arm64  | arm64, atomics: words read by LSE ",
            "code:04fc05c8:1f2003d5          | arm64  | arm64, atomics: words read by LL_SC",
            "stale                           | x86-64 | x86-64, jump patched between runs: result with the jump: expected 0x2, found 0x1",
            "mid-run                         | x86-64 | x86-64, jump patched in mid-run: result with the jump: expected 0x2, found 0x1",
            "mid-run                         | arm64  | arm64, jump patched in mid-run: result with the jump: expected 0x2, found 0x1",
            "permissions                     | x86-64 | x86-64, denied accesses: write of 8 bytes at 0x",
            "count                           | arm64  | arm64, counted instructions: run of two instructions: expected a stop at 0x",
            "stop                            | x86-64 | x86-64, stop from outside: loop: expected a stop in it at 0x",
    })
    // @formatter:on
    void a_lie_ends_the_command_with_one_line(String lie, String engine, String failure) throws Exception {
        var ended = tailbound(Map.of("LIE", lie), "run", CASE.toString(), "--engine", "oracle", "--engine", engine);
        assertThat(ended.errors()).hasLineCount(1).startsWith("Unicorn 2.")
                .contains(folder + "/libunicorn.so.2", "self-test of " + failure)
                .endsWith("in LD_LIBRARY_PATH, or %s\n".formatted(Packages.here().remedy(List.of("libunicorn.so.2"))));
        assertThat(ended.output()).isEmpty();
        assertThat(ended.status()).isEqualTo(ExitCode.MISSING);
    }

    @Test
    void a_library_that_only_forwards_calls_passes() throws Exception {
        var ended = tailbound(Map.of("LIE", "nothing"), "run", CASE.toString());
        assertThat(ended.errors()).isEmpty();
        assertThat(ended.status()).isEqualTo(ExitCode.AGREE);
    }

    @Test
    void a_lie_in_workers_only_ends_the_campaign_without_a_finding(@TempDir Path out) throws Exception {
        var ended = tailbound(Map.of("LIE", "register", "LIAR", WorkerCommand.NAME), "fuzz", "--cases", "1000", "--seed", "1",
                "--jobs", "1", "--out", out.resolve("campaign").toString());
        assertThat(ended.errors().lines().toList()).last().asString().contains("self-test of x86-64, registers: rbx: expected");
        assertThat(ended.status()).isEqualTo(ExitCode.MISSING);
        try (var findings = Files.list(out.resolve("campaign").resolve("findings"))) {
            assertThat(findings).isEmpty();
        }
    }

    private static Ended tailbound(Map<String, String> variables, String... arguments) throws Exception {
        var line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Tailbound.class.getName()));
        line.addAll(List.of(arguments));
        var process = new ProcessBuilder(line);
        process.environment().put("LD_LIBRARY_PATH", folder.toString());
        process.environment().putAll(variables);
        return run(process);
    }

    private static Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
        var errors = Files.createTempFile(folder, "errors", ".txt");
        var process = builder.redirectError(errors.toFile()).start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), output, Files.readString(errors, UTF_8));
    }
}
