package dev.tailbound.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.campaign.TimeSeries.Moment;
import dev.tailbound.isa.BadInput;
import dev.tailbound.report.StoredCampaign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    void reading_changes_nothing_even_where_lines_are_torn() throws IOException {
        StoredCampaign.of(folder, "oracle").counted("0 4 agree=4").append("journal", "0123abcd 4 8 ag").sampled("1.000 4 4 0")
                .append("stats.tsv", "2.0").found("crash");
        var before = files();
        var campaign = CampaignRecord.read(folder);
        assertThat(files()).isEqualTo(before);
        assertThat(campaign.total().cases()).isEqualTo(4);
        assertThat(campaign.moments()).containsExactly(new Moment(1, 4, 4, 0));
    }

    @Test
    void rows_that_do_not_go_on_are_passed_over() throws IOException {
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
        "version = 1\\nseed = 1         | expected a line engines = ..., found none",
        "version = 1\\nengines = oracle | expected a line seed = ..., found none",
        "version = 1\\nseed = one       | expected a number as seed, found 'one'",
    })
    void a_damaged_campaign_is_told_in_one_line(String text, String message) throws IOException {
        Files.writeString(folder.resolve("campaign"), text.replace("\\n", "\n"));
        assertThatThrownBy(() -> CampaignRecord.read(folder)).isInstanceOf(BadInput.class).hasMessageContaining(message)
                .message().startsWith(folder.toString()).doesNotContain("\n");
    }

    @Test
    void a_journal_that_does_not_add_up_is_told() throws IOException {
        StoredCampaign.of(folder, "oracle").counted("0 5 agree=5", "7 8 agree=1");
        assertThatThrownBy(() -> CampaignRecord.read(folder)).isInstanceOf(BadInput.class).hasMessage(
                folder.resolve("journal") + ":2: is damaged: cases from 7 do not follow cases to 5");
    }
}
