package dev.tailbound.campaign.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.campaign.folder.CampaignFolder;
import dev.tailbound.campaign.folder.CampaignRecord;
import dev.tailbound.campaign.folder.Settings;
import dev.tailbound.campaign.folder.StoredFinding;
import dev.tailbound.campaign.folder.TimeSeries.Moment;
import dev.tailbound.isa.BadInput;
import dev.tailbound.report.StoredCampaign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CampaignRecordTest {
    @TempDir
    private Path folder;

    private Map<Path, String> files() throws IOException {
        var files = new TreeMap<Path, String>();
        try (var all = Files.walk(folder)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.readString(file));
            }
        }
        return files;
    }

    @Test
    void reading_changes_nothing_even_with_torn_lines() throws IOException {
        StoredCampaign.of(folder, "oracle").counted("0 4 agree=4").append("journal", "0123abcd 4 8 ag").sampled("1.000 4 4 0")
                .append("stats.tsv", "2.0").found("crash");
        var before = files();
        var campaign = CampaignRecord.read(folder);
        assertThat(files()).isEqualTo(before);
        assertThat(campaign.total().cases()).isEqualTo(4);
        assertThat(campaign.moments()).containsExactly(new Moment(1, 4, 4, 0));
    }

    @Test
    void rows_that_do_not_continue_are_skipped() throws IOException {
        StoredCampaign.of(folder, "oracle").sampled("1.000 4 4 0", "0.500 5 5 0", "NaN 6 6 0", "x", "2.000 3 3 0", "3.000 9 8 1");
        assertThat(CampaignRecord.read(folder).moments()).containsExactly(new Moment(1, 4, 4, 0), new Moment(3, 9, 8, 1));
    }

    @Test
    void findings_may_be_counted_or_stored_or_both() throws IOException {
        StoredCampaign.of(folder, "oracle").counted("0 5 crash=2 hang=3 finding:crash=2/0/1 finding:hang=3/2/4").found("crash")
                .found("stored");
        var findings = CampaignRecord.read(folder).findings();
        assertThat(findings).extracting(StoredFinding::signature).containsExactly("hang", "crash", "stored");
        assertThat(findings).extracting(finding -> finding.seen().isPresent()).containsExactly(true, true, false);
        assertThat(findings).extracting(finding -> finding.smallest().isPresent()).containsExactly(false, true, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "version = 1\\nseed = 1         | expected a line engine.1 = ..., found none",
        "version = 1\\nengines = oracle | expected a line seed = ..., found none",
        "version = 1\\nseed = one       | expected a number as seed, found 'one'",
    })
    void a_damaged_campaign_is_reported_in_one_line(String text, String message) throws IOException {
        Files.writeString(folder.resolve("campaign"), text.replace("\\n", "\n"));
        assertThatThrownBy(() -> CampaignRecord.read(folder)).isInstanceOf(BadInput.class).hasMessageContaining(message)
                .message().startsWith(folder.toString()).doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nothing    | expected the folder of a campaign, found nothing there",
        "file       | expected the folder of a campaign, found a regular file",
        "empty      | contains no campaign, expected a folder written by tailbound fuzz --out",
        "just-begun | contains no campaign, expected a folder written by tailbound fuzz --out",
        "foreign    | contains no campaign, expected a folder written by tailbound fuzz --out",
    })
    void a_folder_without_a_campaign_is_reported_in_one_line(String name, String message) throws IOException {
        Files.createFile(folder.resolve("file"));
        Files.createDirectory(folder.resolve("empty"));
        Files.createFile(Files.createDirectory(folder.resolve("just-begun")).resolve("lock"));
        Files.createFile(Files.createDirectory(folder.resolve("foreign")).resolve("notes.txt"));
        assertThatThrownBy(() -> CampaignRecord.read(folder.resolve(name))).isInstanceOf(BadInput.class)
                .hasMessage(folder.resolve(name) + ": " + message);
    }

    @Test
    void a_running_campaign_is_recognised() throws IOException {
        var settings = new Settings(1, List.of("oracle", "x86-64"), "v6.12", OptionalLong.of(1), Optional.empty(), 1,
                Duration.ofSeconds(1), List.of(), "test");
        try (var _ = CampaignFolder.open(folder, settings, _ -> {})) {
            assertThat(CampaignRecord.read(folder).isRunning()).isTrue();
        }
        assertThat(CampaignRecord.read(folder).isRunning()).isFalse();
    }

    @Test
    void an_unknown_verdict_is_reported() throws IOException {
        StoredCampaign.of(folder, "oracle").counted("0 5 agree=4 puzzled=1");
        assertThatThrownBy(() -> CampaignRecord.read(folder)).isInstanceOf(BadInput.class).hasMessage(
                folder.resolve("journal") + ":1: is damaged: tally '0 5 agree=4 puzzled=1': unknown verdict 'puzzled'");
    }

    @Test
    void an_inconsistent_journal_is_reported() throws IOException {
        StoredCampaign.of(folder, "oracle").counted("0 5 agree=5", "7 8 agree=1");
        assertThatThrownBy(() -> CampaignRecord.read(folder)).isInstanceOf(BadInput.class)
                .hasMessage(folder.resolve("journal") + ":2: is damaged: cases from 7 do not follow cases to 5");
    }
}
