package dev.tailbound.cli;

import static dev.tailbound.campaign.check.CaseVerdict.AGREE;
import static dev.tailbound.campaign.check.CaseVerdict.DIVERGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.Progress.Status;
import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.files.OutputFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MonitorTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    private Monitor monitor(Optional<Path> json, Optional<Path> metrics, String command) {
        var bound = new LiveLine.Bound(Optional.empty(), OptionalLong.of(3000));
        var line = new LiveLine(new PrintWriter(err, true), List.of("oracle", "arm64"), bound, new LiveLine.Display(0, true));
        return new Monitor(line, new CampaignState(7, bound), json.map(OutputFile::at), metrics.map(OutputFile::at),
                Optional.ofNullable(command));
    }

    private static Status after(long seconds) {
        var found = new TreeMap<>(Map.of("arm64.r0", Occurrences.at(9)));
        var total = new Tally(0, 1000, Map.of(AGREE, 999L, DIVERGE, 1L), found, new TreeMap<>(), new TreeMap<>(), 0, 0, 0);
        return new Status(total, Duration.ofSeconds(3600 + seconds), Duration.ofSeconds(seconds), 1000, 0);
    }

    @Test
    void the_state_is_written_every_five_seconds_and_at_the_end() throws IOException {
        var json = folder.resolve("state.json");
        var metrics = folder.resolve("state.prom");
        var monitor = monitor(Optional.of(json), Optional.of(metrics), null);
        monitor.status(after(10));
        assertThat(json).hasContent(
                """
                        {"seed":7,"cases":1000,"accepted":1000,"verdicts":{"agree":999,"diverge":1,"inconclusive":0,"known":0,"rejected":0,\
                        "threw":0,"crash":0,"hang":0},"findings":["arm64.r0"],"cases_per_second":100,"elapsed":3610,"left":20,\
                        "stopped_workers":0}
                        """);
        assertThat(Files.readString(metrics)).contains("tailbound_cases_total{seed=\"7\",verdict=\"agree\"} 999\n",
                "# TYPE tailbound_findings gauge\ntailbound_findings{seed=\"7\"} 1\n",
                "tailbound_elapsed_seconds{seed=\"7\"} 3610\n");
        Files.delete(json);
        monitor.status(after(14));
        assertThat(json).doesNotExist();
        monitor.end(folder);
        assertThat(Files.readString(json)).contains("\"elapsed\":3614,");
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void a_command_runs_for_each_finding() throws Exception {
        var out = folder.resolve("out");
        monitor(Optional.empty(), Optional.empty(),
                "echo $TAILBOUND_FINDING in $TAILBOUND_FOLDER > '" + out + ".part' && mv '" + out
                        + ".part' '" + out + "'")
                .found("arm64.r0", 9, Path.of("/finding"));
        while (!Files.exists(out)) {
            Thread.sleep(10);
        }
        assertThat(out).hasContent("arm64.r0 in /finding\n");
    }

    @Test
    void a_file_that_cannot_be_written_is_noted_once() {
        var monitor = monitor(Optional.of(folder.resolve("missing/state.json")), Optional.empty(), null);
        monitor.status(after(10));
        monitor.status(after(20));
        assertThat(err.toString().lines()).singleElement().asString().contains("missing/state.json cannot be written: ");
    }
}
