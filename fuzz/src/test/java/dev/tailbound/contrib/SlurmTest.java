package dev.tailbound.contrib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.campaign.folder.CampaignRecord;
import dev.tailbound.campaign.folder.StoredFinding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The job array of `contrib/slurm`, on a real Slurm.
@Tag("emulator")
class SlurmTest {
    private static final Path SUBMIT = Path.of("../contrib/slurm/submit").toAbsolutePath().normalize();
    private static final String[] CAMPAIGN = { "--seed", "5", "--engine", "oracle", "--engine", "x86-64:stack-copy", "--cases",
        "800" };

    @TempDir
    private Path folder;

    /// The command line of the classes under test.
    private Path launcher() throws Exception {
        var file = Files.writeString(folder.resolve("tailbound"), """
                #!/bin/sh
                exec '%s/bin/java' --enable-native-access=ALL-UNNAMED -cp '%s' dev.tailbound.cli.Tailbound "$@"
                """.formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void a_requeued_shard_continues_and_the_merged_campaign_is_that_of_one_machine() throws Exception {
        assumeTrue(SlurmCluster.isPossible(), "needs root, munge and slurm-wlm");
        var tailbound = launcher();
        var out = folder.resolve("night");
        try (var cluster = new SlurmCluster(folder.resolve("cluster"))) {
            cluster.run(Map.of("TAILBOUND", tailbound.toString()), command(SUBMIT.toString(), "3", out.toString()));
            while (!Files.exists(out.resolve("shard-1/journal"))) {
                Thread.sleep(100);
            }
            cluster.run(Map.of(), "scontrol", "requeue", "1_1");
            // Slurm waits two minutes before it starts a requeued job.
            while (!cluster.run(Map.of(), "squeue", "--noheader", "--jobs=1_1", "--format=%T").strip().equals("PENDING")) {
                Thread.sleep(100);
            }
            cluster.run(Map.of(), "scontrol", "update", "JobId=1_1", "StartTime=now");
            cluster.await();
        }
        var whole = folder.resolve("whole");
        new ProcessBuilder(command(tailbound.toString(), "fuzz", "--quiet", "--out", whole.toString())).inheritIO().start()
                .waitFor();

        var merged = CampaignRecord.read(out.resolve("merged"));
        var single = CampaignRecord.read(whole);
        assertThat(merged.total()).isEqualTo(single.total());
        assertThat(merged.findings()).extracting(StoredFinding::signature).containsExactlyElementsOf(
                single.findings().stream().map(StoredFinding::signature).toList()).isNotEmpty();
        assertThat(out.resolve("merged/report.html")).isNotEmptyFile();
    }

    private static String[] command(String... first) {
        var all = Arrays.copyOf(first, first.length + CAMPAIGN.length);
        System.arraycopy(CAMPAIGN, 0, all, first.length, CAMPAIGN.length);
        return all;
    }
}
