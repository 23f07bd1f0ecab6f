package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// A finding in a campaign folder; parts that are missing there are empty.
///
/// @param seen      its count in the journal; empty if its case is not counted yet
/// @param index     number of the generated case, as text
/// @param firstTime time of the first occurrence, as text
/// @param lastTime  time of the last occurrence, as text
/// @param original  the generated case file
/// @param smaller   the smallest case file so far, if minimizing has not finished
/// @param minimized the smallest case file
/// @param report    the text of its Markdown report
public record StoredFinding(String signature, Optional<Occurrences> seen, String index, String firstTime,
        String lastTime, Optional<Path> original, Optional<Path> smaller, Optional<Path> minimized, String report) {
    /// By size of the smallest case, then by anything that makes the order the same for any order of the arguments.
    private static final Comparator<StoredFinding> ORDER = Comparator.comparingInt(StoredFinding::size)
            .thenComparing(StoredFinding::smallestText).thenComparingLong(StoredFinding::missing)
            .thenComparing(StoredFinding::index).thenComparing(StoredFinding::report);

    /// Only this much of a report is read.
    private static final int MAX_TEXT = 1 << 18;

    /// The finding in this folder of a campaign; throws [BadInput] if it is none.
    public static StoredFinding in(Path path) {
        var place = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(place) || new Folder(place).kind(FindingStore.REPORT) != FileKind.REGULAR) {
            throw new BadInput(path.toString(),
                    "expected the folder of a finding, with report.md and a case, as campaigns write it");
        }
        return read(FindingStore.signature(new Folder(place.getParent()), place.getFileName().toString()), new Folder(place),
                Optional.empty());
    }

    static StoredFinding withoutFolder(String signature, Occurrences seen) {
        return new StoredFinding(signature, Optional.of(seen), "", "", "", Optional.empty(), Optional.empty(), Optional.empty(),
                "");
    }

    /// Throws [BadInput] if the folder or a file in it is damaged.
    static StoredFinding read(String signature, Folder folder, Optional<Occurrences> seen) {
        var stats = KeyValueFile.parse(folder.resolve(FindingStore.STATS), text(folder, FindingStore.STATS));
        return new StoredFinding(signature, seen, stats.textOr(FindingStore.CASE, ""), stats.textOr(FindingStore.FIRST_TIME, ""),
                stats.textOr(FindingStore.LAST_TIME, ""), file(folder, FindingStore.ORIGINAL),
                file(folder, FindingStore.SMALLER), file(folder, FindingStore.MINIMIZED), text(folder, FindingStore.REPORT));
    }

    /// One of two findings of the same signature: that with the smaller smallest case, with the times of both.
    static StoredFinding smaller(StoredFinding a, StoredFinding b) {
        // Of equal ones the later: the folder of the first may be that of an interrupted merge, which lacks files.
        var kept = ORDER.compare(a, b) < 0 ? a : b;
        var times = Stream.of(a, b).filter(finding -> !finding.firstTime.isEmpty()).toList();
        return new StoredFinding(kept.signature, kept.seen, kept.index,
                times.stream().map(StoredFinding::firstTime).min(Comparator.naturalOrder()).orElse(""),
                times.stream().map(StoredFinding::lastTime).max(Comparator.naturalOrder()).orElse(""), kept.original,
                kept.smaller, kept.minimized, kept.report);
    }

    /// Throws [BadInput] if the smallest case is damaged.
    int size() {
        return smallest().map(file -> CaseReader.read(file).programs().stream().mapToInt(Program::size).sum())
                .orElse(Integer.MAX_VALUE);
    }

    /// Files that an interrupted merge has not written yet.
    private long missing() {
        return Stream.of(original.isEmpty(), index.isEmpty(), report.isEmpty()).filter(isMissing -> isMissing).count();
    }

    private String smallestText() {
        return smallest().map(file -> new Folder(file.getParent()).text(file.getFileName().toString(), FindingStore.MAX_BYTES))
                .orElse("");
    }

    /// The same with the count of another journal.
    StoredFinding counted(Occurrences count) {
        return new StoredFinding(signature, Optional.ofNullable(count), index, firstTime, lastTime, original, smaller, minimized,
                report);
    }

    /// The content of the file `stats` in its folder.
    String stats() {
        var count = seen.orElse(new Occurrences(0, 0, 0));
        return KeyValueFile.text(FindingStore.stats(index, count, firstTime, lastTime));
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
