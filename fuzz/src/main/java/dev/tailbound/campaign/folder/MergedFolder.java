package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.mail.FindingExports;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The folder with the shards of a campaign, joined.
///
/// It has the files `campaign` and `findings/` of a campaign's folder, and for each shard a folder `shards/I-of-N` with its journal and time series.
/// Every step replaces one file by one that contains more, so an interrupted merge is completed by repeating it, and merges give the same
/// folder in any order.
public final class MergedFolder {
    static final String SHARDS = "shards";
    private static final String OF = "-of-";
    /// Limit for a case, and for the same in other forms.
    private static final int MAX_BYTES = 1 << 26;

    private MergedFolder() {}

    /// Adds the campaigns in folders, which may be shards or merged folders, to the merged folder `out`, and returns what that then contains.
    /// Throws [BadInput] if they are not shards of one campaign, or if `out` contains something else.
    public static CampaignRecord add(List<Path> inputs, Path out) throws IOException {
        var records = new ArrayList<>(inputs.stream().map(CampaignRecord::read).toList());
        var kind = FileKind.of(out);
        if (kind != FileKind.NOTHING && kind != FileKind.FOLDER) {
            throw new BadInput(out.toString(), "is no folder");
        }
        Files.createDirectories(out);
        var folder = new Folder(out);
        if (!isMerged(folder) && !isUnused(folder)) {
            throw new BadInput(out.toString(), "expected a new folder, an empty one, or one that tailbound merge wrote");
        }
        try (var _ = CampaignFolder.lock(folder)) {
            folder.make(SHARDS);
            if (folder.kind(Parameters.FILE) != FileKind.NOTHING) {
                records.addFirst(CampaignRecord.read(out));
            }
            var all = CampaignRecord.together(records);
            write(all, folder);
            return CampaignRecord.read(out);
        }
    }

    private static boolean isUnused(Folder folder) {
        return folder.names().stream().allMatch(CampaignFolder::isLock);
    }

    static boolean isMerged(Folder folder) {
        return folder.kind(SHARDS) == FileKind.FOLDER;
    }

    /// The shards of a merged folder.
    static List<ShardRecord> shards(Folder merged) throws IOException {
        var shards = new ArrayList<ShardRecord>();
        var folder = merged.folder(SHARDS);
        for (var name : folder.names()) {
            shards.add(ShardRecord.in(folder.folder(name), Shard.parse(folder.resolve(name).toString(), name.replace(OF, "/"))));
        }
        return shards;
    }

    /// Findings are stored before their cases are counted.
    private static void write(CampaignRecord all, Folder folder) throws IOException {
        all.parameters().write(folder);
        var findings = folder.make(CampaignFolder.FINDINGS);
        for (var finding : all.findings()) {
            if (!finding.report().isEmpty()) {
                write(finding, findings.make(finding.signature()));
            }
        }
        var shards = folder.make(SHARDS);
        for (var shard : all.shards()) {
            shard.write(shards.make(shard.shard().number() + OF + shard.shard().of()));
        }
    }

    private static void write(StoredFinding finding, Folder place) throws IOException {
        var from = finding.smallest().map(file -> new Folder(file.toAbsolutePath().getParent()))
                .filter(source -> !source.path().equals(place.path().toAbsolutePath()));
        if (from.isPresent()) {
            for (var name : files(finding)) {
                copy(name, from.get(), place);
            }
        }
        place.write(FindingStore.REPORT, finding.report());
        if (finding.minimized().isPresent()) {
            place.delete(FindingStore.SMALLER);
        }
        place.write(FindingStore.STATS, finding.stats());
    }

    /// The cases, and the smallest one in other forms.
    private static List<String> files(StoredFinding finding) {
        var cases = Stream.of(finding.original(), finding.smaller(), finding.minimized()).flatMap(Optional::stream)
                .map(file -> file.getFileName().toString());
        return Stream.concat(cases, FindingExports.names().stream()).toList();
    }

    private static void copy(String name, Folder from, Folder to) throws IOException {
        if (from.kind(name) == FileKind.REGULAR) {
            to.write(name, from.read(name, MAX_BYTES));
        } else {
            to.delete(name);
        }
    }
}
