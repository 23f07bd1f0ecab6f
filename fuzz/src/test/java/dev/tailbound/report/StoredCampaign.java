package dev.tailbound.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/// A campaign folder in the format of a campaign, written by the test.
public record StoredCampaign(Path folder) {
    public static final Path HIERARCHY = Path.of("../corpus/seeds/tailcall-hierarchy.case");

    /// A campaign with these engines and no cases yet.
    public static StoredCampaign of(Path folder, String engines) throws IOException {
        Files.createDirectories(folder.resolve("findings"));
        Files.writeString(folder.resolve("campaign"), """
                version = tailbound test
                seed = 1
                engines = %s
                tail_calls = v6.12
                """.formatted(engines));
        Files.writeString(folder.resolve("stats.tsv"), "elapsed_s\tcases\taccepted\tfindings\n");
        return new StoredCampaign(folder);
    }

    /// Adds lines to the journal, each with its checksum.
    public StoredCampaign counted(String... tallies) throws IOException {
        for (var tally : tallies) {
            var checksum = new CRC32();
            checksum.update(tally.getBytes(UTF_8));
            append("journal", "%08x %s\n".formatted(checksum.getValue(), tally));
        }
        return this;
    }

    /// Adds rows of elapsed seconds, cases, accepted cases, signatures.
    public StoredCampaign sampled(String... rows) throws IOException {
        for (var row : rows) {
            append("stats.tsv", row.replace(' ', '\t') + "\n");
        }
        return this;
    }

    /// Adds a finding with the hierarchy as its smallest case.
    public StoredCampaign found(String signature) throws IOException {
        var place = Files.createDirectories(folder.resolve("findings").resolve(signature));
        Files.writeString(place.resolve("stats"), "count = 1\nfirst_time = 2026-01-02T03:04:05Z\n");
        Files.writeString(place.resolve("report.md"), "# What was found\n");
        Files.copy(HIERARCHY, place.resolve("minimized.case"));
        return this;
    }

    public StoredCampaign append(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return this;
    }
}
