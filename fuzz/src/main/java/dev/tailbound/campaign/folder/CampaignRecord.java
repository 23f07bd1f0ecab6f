package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.files.AtomicFile;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.files.IoErrors;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The contents of a campaign folder, read without changing it. The campaign may be running, ended, or killed.
///
/// @param isRunning  whether the campaign was running when it was read
/// @param parameters the parameters that determine its cases and verdicts
/// @param total      the tally of the journal
/// @param moments    its progress, in order of time
/// @param findings   the most frequent first
/// @param damaged    one line per finding folder that cannot be read
public record CampaignRecord(Path folder, boolean isRunning, Parameters parameters, Tally total, List<TimeSeries.Moment> moments,
        List<StoredFinding> findings, List<String> damaged) {
    public CampaignRecord {
        moments = List.copyOf(moments);
        findings = List.copyOf(findings);
        damaged = List.copyOf(damaged);
    }

    /// Throws [BadInput] if there is no campaign, or if it cannot be read.
    public static CampaignRecord read(Path folder) {
        try {
            requireFolder(folder);
            var files = new Folder(folder);
            var parameters = Parameters.in(folder).orElseThrow(() -> new BadInput(folder.toString(),
                    "contains no campaign, expected a folder written by tailbound fuzz --out"));
            var total = Journal.totalIn(files, CampaignFolder.JOURNAL);
            var damaged = new ArrayList<String>();
            return new CampaignRecord(folder, CampaignFolder.isLocked(files), parameters, total, TimeSeries.momentsIn(files,
                    CampaignFolder.SERIES), findings(files, total, damaged), damaged);
        } catch (IOException e) {
            throw new BadInput(folder.toString(), "cannot be read: " + IoErrors.reason(e));
        }
    }

    private static void requireFolder(Path folder) throws IOException {
        var kind = FileKind.of(folder);
        if (kind != FileKind.FOLDER) {
            throw new BadInput(folder.toString(), "expected the folder of a campaign, found " + (kind == FileKind.NOTHING
                    ? "nothing there"
                    : kind.phrase()));
        }
    }

    /// Total running time of the campaign in all its sessions, in seconds.
    public double seconds() {
        return moments.isEmpty() ? 0 : moments.getLast().seconds();
    }

    /// A finding may be counted but no longer stored, or stored but not yet counted.
    private static List<StoredFinding> findings(Folder campaign, Tally total, List<String> damaged) throws IOException {
        var found = new TreeMap<String, StoredFinding>();
        total.findings().forEach((signature, seen) -> found.put(signature, StoredFinding.withoutFolder(signature, seen)));
        if (campaign.kind(CampaignFolder.FINDINGS) != FileKind.NOTHING) {
            var folder = campaign.folder(CampaignFolder.FINDINGS);
            for (var name : folder.names()) {
                if (!name.endsWith(AtomicFile.UNFINISHED)) {
                    try {
                        var signature = FindingStore.signature(folder, name);
                        found.put(signature, StoredFinding.read(signature, folder.folder(name), Optional.ofNullable(total
                                .findings().get(signature))));
                    } catch (BadInput bad) {
                        damaged.add(bad.getMessage());
                    }
                }
            }
        }
        var inOrder = new ArrayList<>(found.values());
        inOrder.sort(Comparator.comparingLong(finding -> -finding.seen().map(Occurrences::count).orElse(0L)));
        return inOrder;
    }
}
