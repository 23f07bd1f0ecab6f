package dev.tailbound.campaign;

import dev.tailbound.cases.FileTrouble;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What the folder of a campaign holds, read without touching it: the campaign may be at work, ended, or killed.
///
/// @param isRunning   whether the campaign was at work just now
/// @param seed        decides every case
/// @param engines     names of the engines, the reference first
/// @param rule        the tail-call rule in force, as `--tail-calls` spells it
/// @param version     of the Tailbound that began the campaign
/// @param fingerprint of its cases, see [CaseSource#fingerprint()]; empty where the campaign ended before its first worker was up
/// @param total       of the cases that the journal counts
/// @param moments     how far the campaign was, in order of time
/// @param findings    the most frequent first
public record CampaignRecord(Path folder, boolean isRunning, long seed, List<String> engines, String rule, String version,
        String fingerprint,
        Tally total, List<TimeSeries.Moment> moments, List<StoredFinding> findings) {
    public CampaignRecord {
        engines = List.copyOf(engines);
        moments = List.copyOf(moments);
        findings = List.copyOf(findings);
    }

    /// Throws [BadInput] where there is no campaign, or one that cannot be read.
    public static CampaignRecord read(Path folder) {
        try {
            requireFolder(folder);
            var parameters = Parameters.in(folder).orElseThrow(() -> new BadInput(folder.toString(),
                    "holds no campaign, expected a folder that tailbound fuzz --out wrote"));
            var total = Journal.totalIn(folder.resolve(CampaignFolder.JOURNAL));
            return new CampaignRecord(folder, CampaignFolder.isLocked(folder), parameters.seed(), parameters.engines(), parameters
                    .rule(), parameters.version(),
                    parameters.fingerprint(), total, TimeSeries.momentsIn(folder.resolve(CampaignFolder.SERIES)),
                    findings(folder.resolve(CampaignFolder.FINDINGS), total));
        } catch (IOException e) {
            throw new BadInput(folder.toString(), "cannot be read: " + FileTrouble.reason(e));
        } catch (UncheckedIOException e) {
            throw new BadInput(folder.toString(), "cannot be read: " + FileTrouble.reason(e.getCause()));
        }
    }

    private static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new BadInput(folder.toString(), "expected the folder of a campaign, found %s".formatted(Files.exists(folder)
                    ? "a file"
                    : "nothing there"));
        }
    }

    /// How long the campaign has run, all its runs together.
    public double seconds() {
        return moments.isEmpty() ? 0 : moments.getLast().seconds();
    }

    /// Findings may be counted and no longer there, or there and not yet counted.
    private static List<StoredFinding> findings(Path folder, Tally total) throws IOException {
        var found = new TreeMap<String, StoredFinding>();
        total.findings().forEach((signature, seen) -> found.put(signature, StoredFinding.withoutFolder(signature, seen)));
        for (var place : foldersIn(folder)) {
            var signature = place.getFileName().toString();
            found.put(signature, StoredFinding.read(place, Optional.ofNullable(total.findings().get(signature))));
        }
        var inOrder = new ArrayList<>(found.values());
        inOrder.sort(Comparator.comparingLong(finding -> -finding.seen().map(Sighting::count).orElse(0L)));
        return inOrder;
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(Files::isDirectory)
                    .filter(place -> !place.getFileName().toString().endsWith(FindingStore.UNFINISHED)).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
