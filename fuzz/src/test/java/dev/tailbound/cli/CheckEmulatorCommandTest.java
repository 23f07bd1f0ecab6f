package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.run.processor.HostProcessor;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `tailbound check-emulator` with few runs.
@Tag("emulator")
class CheckEmulatorCommandTest {
    private record Ran(int exitCode, String out, String err) {}

    private static Ran check(String... arguments) {
        var all = new ArrayList<>(List.of("check-emulator", "--corpus", "../corpus"));
        all.addAll(List.of(arguments));
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Tailbound.commandLine(out, err).execute(all.toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private static void requireHost() {
        assumeTrue(HostProcessor.obstacle().isEmpty(), () -> "needs an x86-64 processor: " + HostProcessor.obstacle().get());
    }

    @Test
    void forms_are_counted_and_what_is_not_compared_is_said() {
        requireHost();
        var ran = check("--cases", "2", "--all");
        assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).startsWith("Unicorn 2.").containsPattern("\n  lock cmpxchg m32, r32 +\\d+ +2 +0\n")
                .containsPattern("\nx86-64 forms: \\d+, of which 0 differ, in \\d+ runs\n")
                .endsWith("\narm64 forms: not compared: this host is x86-64\n");
    }

    @Test
    void without_corrections_it_exits_with_1_and_shows_the_first_difference() {
        requireHost();
        var ran = check("--cases", "40", "--uncorrected");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.FINDING);
        assertThat(ran.out()).containsPattern("\n  lock cmpxchg m32, r32: \\d+ of 40 runs differ\n"
                + "    f0[0-9a-f]+: rax expected 0x[0-9a-f]+, found 0x[0-9a-f]+\n    before it: flags 0x[0-9a-f]+\n    rax 0x");
        assertThat(ran.out().lines().skip(1)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void results_are_also_for_test_runners() {
        requireHost();
        assertThat(check("--cases", "1", "--format", "ktap").out()).contains("lock cmpxchg m32, r32").doesNotContain("not ok");
    }

    @Test
    void a_form_runs_at_least_once() {
        var ran = check("--cases", "0");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(ran.err()).isEqualTo("--cases: expected at least 1, found 0\n");
    }
}
