package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import java.nio.file.Path;
import java.util.Optional;

/// A finding in a campaign folder; parts that are missing there are empty.
///
/// @param seen      its count in the journal; empty if its case is not counted yet
/// @param firstTime time of the first occurrence, as text
/// @param lastTime  time of the last occurrence, as text
/// @param original  the generated case file
/// @param smaller   the smallest case file so far, if minimizing has not finished
/// @param minimized the smallest case file
/// @param report    the text of its Markdown report
public record StoredFinding(String signature, Optional<Occurrences> seen, String firstTime, String lastTime,
        Optional<Path> original,
        Optional<Path> smaller, Optional<Path> minimized, String report) {
    /// Only this much of a report is read.
    private static final int MAX_TEXT = 1 << 18;

    static StoredFinding withoutFolder(String signature, Occurrences seen) {
        return new StoredFinding(signature, Optional.of(seen), "", "", Optional.empty(), Optional.empty(), Optional.empty(), "");
    }

    /// Throws [dev.tailbound.isa.BadInput] if the folder or a file in it is damaged.
    static StoredFinding read(String signature, Folder folder, Optional<Occurrences> seen) {
        var stats = KeyValueFile.parse(folder.resolve(FindingStore.STATS), text(folder, FindingStore.STATS));
        return new StoredFinding(signature, seen, stats.textOr(FindingStore.FIRST_TIME, ""),
                stats.textOr(FindingStore.LAST_TIME, ""), file(folder, FindingStore.ORIGINAL),
                file(folder, FindingStore.SMALLER), file(folder, FindingStore.MINIMIZED), text(folder, FindingStore.REPORT));
    }

    public CaseVerdict verdict() {
        return CaseVerdict.ofSignature(signature);
    }

    /// The smallest available case.
    public Optional<Path> smallest() {
        return minimized.or(() -> smaller).or(() -> original);
    }

    private static Optional<Path> file(Folder folder, String name) {
        return folder.kind(name) == FileKind.REGULAR ? Optional.of(folder.resolve(name)) : Optional.empty();
    }

    private static String text(Folder folder, String name) {
        return folder.kind(name) == FileKind.NOTHING ? "" : folder.beginning(name, MAX_TEXT);
    }
}
