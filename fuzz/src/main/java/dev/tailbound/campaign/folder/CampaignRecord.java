package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.files.AtomicFile;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.files.IoErrors;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The contents of a campaign folder, read without changing it. The campaign may be running, ended, or killed.
///
/// @param isRunning  whether the campaign was running when it was read
/// @param parameters the parameters that determine its cases and verdicts
/// @param shards     the shards in it, in order: one, or those of a merged folder
/// @param findings   the most frequent first
/// @param damaged    one line per finding folder that cannot be read
public record CampaignRecord(Path folder, boolean isRunning, Parameters parameters, List<ShardRecord> shards,
        List<StoredFinding> findings, List<String> damaged) {
    public CampaignRecord {
        shards = List.copyOf(shards);
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
            var isMerged = MergedFolder.isMerged(files);
            var shards = isMerged ? MergedFolder.shards(files) : List.of(ShardRecord.in(files, parameters.shard()));
            var damaged = new ArrayList<String>();
            return new CampaignRecord(folder, !isMerged && CampaignFolder.isLocked(files), parameters, shards,
                    findings(files, ShardRecord.total(shards), damaged), damaged);
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

    /// The union of folders with shards of one campaign; throws [BadInput] if they belong to different ones. The folder is the first one.
    public static CampaignRecord together(List<CampaignRecord> records) {
        var first = records.getFirst();
        if (records.size() == 1) {
            return first;
        }
        var parameters = first.parameters;
        var shards = new TreeMap<Integer, ShardRecord>();
        var findings = new TreeMap<String, StoredFinding>();
        var damaged = new ArrayList<String>();
        for (var record : records) {
            parameters = parameters.joined(record.parameters, record.folder);
            for (var shard : record.shards) {
                requireSplitAs(first.shards, shard.shard(), record.folder);
                shards.merge(shard.shard().number(), shard, ShardRecord::longer);
            }
            damaged.addAll(record.damaged);
            for (var finding : record.findings) {
                try {
                    finding.size();
                    findings.merge(finding.signature(), finding, StoredFinding::smaller);
                } catch (BadInput bad) {
                    damaged.add(bad.getMessage());
                }
            }
        }
        var total = ShardRecord.total(shards.values());
        return new CampaignRecord(first.folder, records.stream().anyMatch(CampaignRecord::isRunning), parameters,
                List.copyOf(shards.values()), ordered(findings.values().stream()
                        .map(finding -> finding.counted(total.findings().get(finding.signature()))).toList()),
                damaged);
    }

    private static void requireSplitAs(List<ShardRecord> others, Shard shard, Path folder) {
        others.stream().map(other -> other.shard().of()).filter(of -> of != shard.of()).findFirst().ifPresent(of -> {
            throw new BadInput(folder.toString(),
                    "expected a shard of %d, as in the other folders, found shard %s".formatted(of, shard));
        });
    }

    /// The tally of all shards.
    public Tally total() {
        return ShardRecord.total(shards);
    }

    /// Its progress, in order of time.
    public List<TimeSeries.Moment> moments() {
        return ShardRecord.moments(shards);
    }

    /// The shards whose cases are counted.
    public List<Shard> coverage() {
        return shards.stream().map(ShardRecord::shard).toList();
    }

    /// Total running time of the campaign in all its sessions, in seconds.
    public double seconds() {
        return moments().isEmpty() ? 0 : moments().getLast().seconds();
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
                        found.put(signature, StoredFinding.read(signature, folder.folder(name),
                                Optional.ofNullable(total.findings().get(signature))));
                    } catch (BadInput bad) {
                        damaged.add(bad.getMessage());
                    }
                }
            }
        }
        return ordered(found.values());
    }

    private static List<StoredFinding> ordered(Collection<StoredFinding> findings) {
        var inOrder = new ArrayList<>(findings);
        inOrder.sort(Comparator.comparingLong(finding -> -finding.seen().map(Occurrences::count).orElse(0L)));
        return inOrder;
    }
}
