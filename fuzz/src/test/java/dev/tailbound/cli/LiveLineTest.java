package dev.tailbound.cli;

import static dev.tailbound.campaign.check.CaseVerdict.AGREE;
import static dev.tailbound.campaign.check.CaseVerdict.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.Progress.Status;
import dev.tailbound.campaign.check.Tally;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveLineTest {
    private static final LiveLine.Bound UNBOUNDED = new LiveLine.Bound(Optional.empty(), OptionalLong.empty());
    private final StringWriter out = new StringWriter();

    private LiveLine live(boolean terminal) {
        return live(new LiveLine.Display(terminal ? 100 : 0, false), UNBOUNDED);
    }

    private LiveLine live(LiveLine.Display display, LiveLine.Bound bound) {
        return new LiveLine(new PrintWriter(out, true), List.of("oracle", "arm64"), bound, display);
    }

    /// 10,000 cases, all from this session of the given seconds, one hour after the campaign began.
    private static Status after(long seconds) {
        var total = new Tally(0, 10_000, Map.of(AGREE, 9_999L, REJECTED, 1L), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(),
                0, 0, 0);
        return new Status(total, Duration.ofSeconds(3600 + seconds), Duration.ofSeconds(seconds), 10_000, 0);
    }

    @Test
    void without_a_terminal_prints_a_line_every_minute() {
        var live = live(false);
        for (int seconds = 0; seconds < 120; seconds++) {
            live.status(after(seconds));
        }
        assertThat(out.toString()).isEqualTo("1:01:00  10,000 cases  167/s  99.9% accepted  0 findings  oracle arm64\n");
    }

    @Test
    void a_line_fits_on_the_terminal() {
        live(new LiveLine.Display(40, false), UNBOUNDED).status(after(1));
        assertThat(out.toString()).isEqualTo("\r\u001b[K1:00:01  10,000 cases  10,000/s  99.9% ");
    }

    @Test
    void the_time_left_follows_from_the_bound() {
        var byTime = new LiveLine.Bound(Optional.of(Duration.ofMinutes(90)), OptionalLong.empty());
        var byCases = new LiveLine.Bound(Optional.empty(), OptionalLong.of(30_000));
        live(new LiveLine.Display(100, false), byTime).status(after(60));
        live(new LiveLine.Display(100, false), byCases).status(after(60));
        assertThat(out.toString()).contains("0 findings  1:29:00 left  oracle", "0 findings  0:02:00 left  oracle");
    }

    @Test
    void quiet_shows_findings_and_notes_only() {
        var live = live(new LiveLine.Display(100, true), UNBOUNDED);
        live.status(after(60));
        live.found("arm64.r0", 7, Path.of("out"));
        live.end(Path.of("out"));
        assertThat(out.toString()).isEqualTo("finding arm64.r0: case 7, stored in out\nstored in out\n");
    }

    @ParameterizedTest
    @CsvSource({ "'24 132\n', 132", "'0 0\n', 80", "'', 80", "'stty: error', 80" })
    void the_width_of_the_terminal_is_parsed(String answer, int columns) {
        assertThat(TerminalWidth.parse(answer)).isEqualTo(columns);
    }

    @Test
    void on_a_terminal_redraws_one_line() {
        var live = live(true);
        live.status(after(1));
        live.found("arm64.r0", 7, Path.of("out"));
        live.status(after(2));

        assertThat(out.toString().split("\r\u001b\\[K", -1)).containsExactly("",
                "1:00:01  10,000 cases  10,000/s  99.9% accepted  0 findings  oracle arm64",
                "finding arm64.r0: case 7, stored in out\n",
                "1:00:02  10,000 cases  5,000/s  99.9% accepted  0 findings  oracle arm64");
    }

    @Test
    void ends_with_the_last_line_and_the_folder() {
        var live = live(false);
        live.status(after(4));
        live.end(Path.of("out"));

        assertThat(out.toString()).isEqualTo(
                "1:00:04  10,000 cases  2,500/s  99.9% accepted  0 findings  oracle arm64\nstored in out\n");
    }
}
