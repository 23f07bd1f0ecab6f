package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Objects of compilers run with one command, and all engines agree.
@Tag("emulator")
class ObjectFilesTest {
    private static final Path OBJECTS = Path.of("../oracle/src/test/resources/forms/elf");

    private record Ran(int exitCode, String out, String err) {}

    private static Ran tailbound(Object... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Tailbound.commandLine(out, err).execute(Stream.of(args).map(Object::toString).toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = { "clang-14.v1", "clang-14.v3", "clang-19.v2", "clang-19.v4", "gcc" })
    void a_static_subprogram_makes_33_tail_calls_on_all_engines(String compiler) {
        var ran = tailbound("run", OBJECTS.resolve("tailcall." + compiler + ".o"), "--with", OBJECTS.resolve("tailcall.side"));
        assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(0);
        assertThat(ran.out().lines().skip(2)).hasSize(3).allMatch(line -> line.endsWith(
                "returned 0x1  33          counter[0] = 34"));
    }

    @Test
    void a_side_file_that_expects_something_else_is_a_finding() {
        var ran = tailbound("run", OBJECTS.resolve("tailcall.gcc.o"), "--with", OBJECTS.resolve("kfuncs.side"));
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains("r0 expected 0x2e, found 0x1");
    }

    @Test
    void slots_are_filled_on_the_command_line() {
        var ran = tailbound("run", OBJECTS.resolve("filled.clang-19.v4.o"), "--slot", "jmp_table[0]=target0", "--slot",
                "jmp_table[1]=target1");
        assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(0);
        assertThat(ran.out().lines().skip(2)).hasSize(3).allMatch(line -> line.contains("returned 0x3b  2"));
    }

    @Test
    void old_schemes_break_on_an_object_as_they_do_on_a_case() {
        var ran = tailbound("run", OBJECTS.resolve("tailcall.clang-19.v4.o"), "--engine", "oracle", "--engine",
                "x86-64:stack-copy");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains("tail_calls expected 33, found 34: tail call 34 happened, stopped at once at entry insn");
    }

    @Test
    void what_cannot_be_read_is_one_line() {
        var ran = tailbound("run", OBJECTS.resolve("big-endian.o"));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).hasLineCount(1).contains("expected a little-endian object");
    }
}
