package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `run --unverified`: what the verifier refuses runs as far as that is defined, and is marked.
@Tag("emulator")
class UnverifiedTest {
    @TempDir
    private Path folder;

    private String run(int exitCode, String body, String... options) throws IOException {
        var file = Files.writeString(folder.resolve("one.case"), body);
        var out = new StringWriter();
        var args = new ArrayList<>(List.of("run", file.toString()));
        args.addAll(List.of(options));
        assertThat(Tailbound.commandLine(out, out).execute(args.toArray(String[]::new))).as(out.toString()).isEqualTo(exitCode);
        return out.toString();
    }

    @Test
    void registers_that_nobody_set_are_zero() throws IOException {
        var body = "-- prog entry\nr0 += r5\nr0 += r9\nexit\n-- expect\nr0 = 0\n";
        assertThat(run(2, body)).contains("!read_ok");
        assertThat(run(0, body, "--unverified")).contains("one.case: agree (unverified)",
                "the verifier refuses it: rejected: program entry insn 0 (r0 += r5): R5 !read_ok", "oracle  returned 0x0",
                "x86-64  returned 0x0", "arm64   returned 0x0");
    }

    /// The facts of such a program are assumed: the access to the context is known by the run alone.
    @Test
    void dead_code_is_no_obstacle() throws IOException {
        assertThat(run(0, """
                -- prog entry
                    r0 = *(u32 *)(r1 + 8)
                    exit
                    r0 = *(u64 *)(r10 - 600)
                    exit
                -- ctx skb mark=7
                """, "--unverified")).contains("agree (unverified)", "oracle  returned 0x7", "x86-64  returned 0x7",
                "arm64   returned 0x7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r1 = 5; r0 = *(u64 *)(r1 + 0); exit            | (r0 = *(u64 *)(r1 + 0)): access through r1 = 0x5, which is no pointer
            r0 = 0x2aaa15555550 ll; r0 = *(u32 *)(r0 + 0); exit | which is no pointer
            r0 = *(u64 *)(r10 - 520); exit                 | read of 8 bytes at stack of frame 0-8
            r0 = 0; l: r0 += 1; goto l                     | the run did not end within 1000000 instructions
            r0 = 1; r0 += 1                                | the program runs off its end
            call sub; exit; sub: r0 = r7; exit             | r7 is read before it was written
            call 99; exit                                  | call of helper 99, which no engine offers
            r0 = *(u32 *)(r1 + 2); exit                    | read of 4 bytes at ctx+2: no access that kernels convert
            """)
    void a_run_that_is_not_defined_is_inconclusive(String body, String reason) throws IOException {
        assertThat(run(0, "-- prog entry\n" + body.replace("; ", "\n") + "\n", "--unverified")).contains(
                "inconclusive (unverified)",
                "oracle  trapped", "the run is not defined: entry insn ", reason).doesNotContain("x86-64");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r10 = 5; r0 = 0; exit                          | frame pointer is read only
            call entry2; exit; entry2: goto out; r0 = 1; exit; other: call other; out: exit | leaves the subprogram
            """)
    void what_engines_cannot_compile_stays_refused(String body, String reason) throws IOException {
        assertThat(run(2, "-- prog entry\n" + body.replace("; ", "\n") + "\n", "--unverified")).contains("rejected", reason);
    }

    @Test
    void json_marks_engines_and_verdict() throws IOException {
        assertThat(run(0, "-- prog entry\nexit\n", "--unverified", "--format", "json").lines()).hasSize(4)
                .allMatch(line -> line.contains("\"unverified\":"));
    }
}
