package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.minimize.Minimizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Progress, time limit and interruption of `minimize`, with a clock of the test's own; and the warning of `run` about unreadable tests.
class MinimizeCommandTest {
    @TempDir
    private Path folder;

    private long now;
    private final StringWriter err = new StringWriter();

    private static Case source() {
        return CaseReader.parse("a.case", "-- prog entry\nr1 = 1\nr2 = 2\nr3 = 3\nr4 = 4\nr0 = 5\nexit\n");
    }

    /// Each candidate takes one second; every valid one shows the finding.
    private Minimizer minimizer(MinimizeProgress progress, Runnable each) {
        return new Minimizer(_ -> {
            now += Duration.ofSeconds(1).toNanos();
            each.run();
            return true;
        }, progress);
    }

    private MinimizeProgress progress(Optional<Duration> limit) {
        return new MinimizeProgress(new PrintWriter(err), false, source(), limit, () -> now);
    }

    @Test
    void a_line_shows_the_progress_every_five_seconds() {
        var progress = progress(Optional.empty());
        now = Duration.ofSeconds(5).toNanos();
        assertThat(progress.hasEnough()).isFalse();
        progress.reached(CaseReader.parse("b.case", "-- prog entry\nr0 = 5\nexit\n"));
        assertThat(progress.hasEnough()).isFalse();
        now = Duration.ofSeconds(70).toNanos();
        assertThat(progress.hasEnough()).isFalse();
        assertThat(err).hasToString("""
                0:00:05  0 candidates tried, 6 instructions left
                0:01:10  2 candidates tried, 2 instructions left
                """);
    }

    @Test
    void the_time_limit_ends_the_search_with_the_smallest_case_so_far() {
        var minimizer = minimizer(progress(Optional.of(Duration.ofSeconds(1))), () -> {});
        assertThat(MinimizeProgress.instructions(minimizer.minimize(source()))).isBetween(1, 5);
        assertThat(minimizer.isCut()).isTrue();
    }

    @Test
    void an_interruption_ends_the_search_after_the_current_candidate() {
        var progress = progress(Optional.empty());
        var minimizer = minimizer(progress, progress::interrupt);
        assertThat(MinimizeProgress.instructions(minimizer.minimize(source()))).isBetween(1, 5);
        assertThat(minimizer.isCut()).isTrue();
        assertThat(minimizer.tried()).isLessThan(20);
    }

    @Test
    void run_warns_of_tests_that_are_left_out() throws IOException {
        var file = Files.writeString(folder.resolve("tests.c"), """
                SEC("tc") __naked int good(void) { asm volatile ("r0 = 1; exit;" ::: __clobber_all); }
                SEC("tc") __naked int bad(void) { asm volatile ("nonsense;" ::: __clobber_all); }
                """);
        var out = new StringWriter();
        assertThat(Tailbound.commandLine(out, err).execute("run", file.toString(), "--engine", "oracle")).isZero();
        assertThat(err.toString()).startsWith(file + ": left out 1 test that cannot be read, such as 'bad': ").hasLineCount(1);
    }
}
