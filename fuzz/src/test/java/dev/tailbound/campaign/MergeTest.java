package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.CampaignRecord;
import dev.tailbound.campaign.folder.MergedFolder;
import dev.tailbound.campaign.folder.Settings;
import dev.tailbound.campaign.folder.StoredFinding;
import dev.tailbound.campaign.worker.FakeWorker;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeTest {
    private static final int SHARDS = 3;
    private static final long CASES = 2000;
    private static final String[] QUIRKS = { "wrong=7", "throw=1234" };

    @TempDir
    private Path folder;

    private Path out;

    @BeforeEach
    void name() {
        out = folder.resolve("merged");
    }

    private Path shard(int number) {
        return folder.resolve("shard-" + number);
    }

    private static Tally run(Path folder, Shard shard, long cases) throws Exception {
        var settings = new Settings(1, List.of("right", "fake"), Map.of(), "v6.12", shard, OptionalLong.of(cases),
                Optional.empty(), 1, Duration.ofMinutes(2), List.of("--engine", "right"), "test");
        try (var campaign = new Campaign(settings, folder, FakeWorker.with(QUIRKS), new Silence())) {
            return campaign.run();
        }
    }

    private record Silence() implements Progress {
        @Override
        public void status(Status status) {
            // nothing to show
        }

        @Override
        public void found(String signature, long index, Path place) {
            // nothing to show
        }

        @Override
        public void note(String line) {
            // nothing to show
        }
    }

    /// Runs all shards; the second one is killed in the middle of a line of its journal, and runs again.
    private List<Path> shards() throws Exception {
        for (int number = 1; number <= SHARDS; number++) {
            if (number == 2) {
                run(shard(number), new Shard(number, SHARDS), CASES / 3);
                Files.writeString(shard(number).resolve("journal"), "0123abcd 666 7", StandardOpenOption.APPEND);
            }
            run(shard(number), new Shard(number, SHARDS), CASES);
        }
        return List.of(shard(1), shard(2), shard(3));
    }

    private static Map<String, String> files(Path folder) throws IOException {
        var files = new TreeMap<String, String>();
        try (var all = Files.walk(folder)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file, ISO_8859_1));
            }
        }
        return files;
    }

    @Test
    void shards_give_together_what_one_machine_gives() throws Exception {
        var whole = run(folder.resolve("whole"), Shard.WHOLE, CASES);
        var merged = MergedFolder.add(shards(), out);

        assertThat(merged.total()).isEqualTo(whole);
        assertThat(merged.findings()).extracting(StoredFinding::signature, StoredFinding::seen)
                .containsExactlyElementsOf(CampaignRecord.read(folder.resolve("whole")).findings().stream()
                        .map(finding -> tuple(finding.signature(), finding.seen())).toList());
        assertThat(merged.damaged()).isEmpty();
        assertThat(merged.moments().getLast().cases()).isEqualTo(CASES);
        assertThat(Files.readString(out.resolve("findings/fake.r0/stats"))).contains("count = 200\n", "first_case = 7\n",
                "last_case = 1997\n");
        assertThat(Files.readString(out.resolve("findings/fake.r0/minimized.case"))).contains("fake.r0");
        assertThat(out.resolve("findings/fake.r0")).isDirectoryContaining("glob:**/mail.txt").isDirectoryContaining(
                "glob:**/reproducer.c");
    }

    @Test
    void the_order_and_number_of_merges_do_not_matter() throws Exception {
        var shards = shards();
        MergedFolder.add(shards, out);
        var once = files(out);
        MergedFolder.add(List.of(shard(2)), out);
        MergedFolder.add(List.of(out, shard(3)), out);
        assertThat(files(out)).isEqualTo(once);

        var other = folder.resolve("other");
        MergedFolder.add(List.of(shard(3)), other);
        MergedFolder.add(List.of(shard(2), shard(3), shard(1)), other);
        assertThat(files(other)).isEqualTo(once);
    }

    @Test
    void an_interrupted_merge_is_completed_by_the_next_one() throws Exception {
        var shards = shards();
        MergedFolder.add(shards, out);
        var whole = files(out);
        for (var file : whole.keySet()) {
            if (!file.equals("lock")) {
                Files.delete(out.resolve(file));
                assertThat(MergedFolder.add(shards, out).total().cases()).isEqualTo(CASES);
                assertThat(files(out)).as(file).isEqualTo(whole);
            }
        }
    }

    @Test
    void the_smallest_case_is_kept() throws Exception {
        var shards = shards();
        var small = "-- prog main\n    r0 = 7\n    exit\n-- ctx skb\n-- run main\n";
        var large = small.replace("r0 = 7\n", "r0 = 7\n    r1 = 1\n    r2 = 2\n    r3 = 3\n");
        Files.writeString(shard(1).resolve("findings/fake.r0/minimized.case"), large);
        Files.writeString(shard(3).resolve("findings/fake.r0/minimized.case"), large);
        MergedFolder.add(shards, out);
        assertThat(Files.readString(out.resolve("findings/fake.r0/minimized.case")))
                .isEqualTo(Files.readString(shard(2).resolve("findings/fake.r0/minimized.case"))).doesNotContain("r3 = 3");
    }

    @Test
    void a_damaged_finding_costs_that_finding_and_is_named() throws Exception {
        var shards = shards();
        Files.writeString(shard(1).resolve("findings/fake.r0/minimized.case"), "-- nonsense\n");
        var merged = MergedFolder.add(shards, out);
        assertThat(merged.total().cases()).isEqualTo(CASES);
        assertThat(Files.readString(out.resolve("findings/fake.r0/minimized.case"))).contains("fake.r0");
    }

    @Test
    void only_shards_of_one_campaign_are_merged() throws Exception {
        run(shard(1), new Shard(1, SHARDS), 300);
        run(shard(2), new Shard(2, 2), 300);
        assertThatThrownBy(() -> MergedFolder.add(List.of(shard(1), shard(2)), out)).isInstanceOf(BadInput.class)
                .hasMessage(shard(2) + ": expected a shard of 3, as in the other folders, found shard 2/2");
        var parameters = shard(1).resolve("campaign");
        Files.writeString(parameters, Files.readString(parameters).replace("seed = 1", "seed = 2"));
        run(shard(3), new Shard(3, SHARDS), 300);
        assertThatThrownBy(() -> MergedFolder.add(List.of(shard(3), shard(1)), folder.resolve("new")))
                .isInstanceOf(BadInput.class).hasMessageContaining("expected seed 1, as of the campaign there, found 2");
    }

    @Test
    void a_campaign_does_not_run_in_a_merged_folder_nor_a_merge_in_a_campaign() throws Exception {
        run(shard(1), new Shard(1, SHARDS), 300);
        MergedFolder.add(List.of(shard(1)), out);
        assertThatThrownBy(() -> run(out, Shard.WHOLE, 300)).isInstanceOf(BadInput.class)
                .hasMessage(out + ": expected a campaign, found merged ones: resume their own folders");
        assertThatThrownBy(() -> MergedFolder.add(List.of(out), shard(1))).isInstanceOf(BadInput.class)
                .hasMessage(shard(1) + ": expected a new folder, an empty one, or one that tailbound merge wrote");
    }
}
