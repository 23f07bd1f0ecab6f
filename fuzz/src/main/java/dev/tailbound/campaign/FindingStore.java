package dev.tailbound.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The folder `findings`: one folder for each signature, which appears as a whole.
///
/// It holds `original.case`, `report.md`, `stats` and, once the case has been made small, `minimized.case`.
final class FindingStore {
    static final String ORIGINAL = "original.case";
    static final String MINIMIZED = "minimized.case";
    static final String REPORT = "report.md";
    static final String STATS = "stats";
    static final String UNFINISHED = ".tmp";
    static final String FIRST_TIME = "first_time";
    static final String LAST_TIME = "last_time";

    private final Path folder;
    private final FindingReport report;

    FindingStore(Path folder, FindingReport report) throws IOException {
        this.folder = folder;
        this.report = report;
        Files.createDirectories(folder);
        removeUnfinished();
    }

    Path folder(String signature) {
        return folder.resolve(signature);
    }

    boolean has(String signature) {
        return Files.isDirectory(folder(signature));
    }

    void store(Finding finding) throws IOException {
        var place = folder(finding.signature());
        var unfinished = Files.createDirectory(folder.resolve(finding.signature() + UNFINISHED));
        if (!finding.source().isEmpty()) {
            Files.writeString(unfinished.resolve(ORIGINAL), commented(finding));
        }
        Files.writeString(unfinished.resolve(REPORT), report.original(finding, place.resolve(ORIGINAL)));
        var now = now();
        Files.writeString(unfinished.resolve(STATS), KeyValueFile.text(stats(finding.index(), Sighting.at(finding.index()), now,
                now)));
        Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Adds the smallest case; the report goes first, so that a finding with a smallest case has the report of that case.
    void storeSmallest(Finding smallest) throws IOException {
        var file = folder(smallest.signature()).resolve(MINIMIZED);
        WholeFile.write(file.resolveSibling(REPORT), report.minimized(smallest, file));
        WholeFile.write(file, commented(smallest));
    }

    /// Findings whose smallest case is still to be found, with the index of the case that was stored.
    SortedMap<String, Long> unreduced() throws IOException {
        var found = new TreeMap<String, Long>();
        try (var folders = Files.newDirectoryStream(folder)) {
            for (var place : folders) {
                var signature = place.getFileName().toString();
                if (canBeReduced(signature) && !Files.exists(place.resolve(MINIMIZED))) {
                    found.put(signature, KeyValueFile.read(place.resolve(STATS)).number("case"));
                }
            }
        }
        return found;
    }

    /// Whether the case can be tried again and again, and is there.
    boolean canBeReduced(String signature) {
        return switch (CaseVerdict.ofSignature(signature)) {
            case DIVERGE, THREW, REJECTED, CRASH -> Files.exists(folder(signature).resolve(ORIGINAL));
            // Each candidate that hangs would cost as long as a hang takes to be noticed.
            case AGREE, INCONCLUSIVE, KNOWN, HANG -> false;
        };
    }

    /// Writes how often the signature was seen by now.
    void count(String signature, Sighting sighting) throws IOException {
        var file = folder(signature).resolve(STATS);
        var before = KeyValueFile.read(file);
        var after = stats(before.number("case"), sighting, before.text(FIRST_TIME), now());
        if (!after.get("count").equals(before.text("count"))) {
            KeyValueFile.write(file, after);
        }
    }

    private static Map<String, String> stats(long index, Sighting sighting, String firstTime, String lastTime) {
        var stats = new LinkedHashMap<String, String>();
        stats.put("count", Long.toString(sighting.count()));
        stats.put("case", Long.toString(index));
        stats.put("first_case", Long.toString(sighting.first()));
        stats.put("last_case", Long.toString(sighting.last()));
        stats.put(FIRST_TIME, firstTime);
        stats.put(LAST_TIME, lastTime);
        return stats;
    }

    private static String commented(Finding finding) {
        return "# Case %d of a campaign: %s\n%s".formatted(finding.index(), finding.signature(), finding.source());
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// What a sudden end left behind.
    private void removeUnfinished() throws IOException {
        try (var folders = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
            for (var unfinished : folders) {
                try (var files = Files.newDirectoryStream(unfinished)) {
                    for (var file : files) {
                        Files.delete(file);
                    }
                }
                Files.delete(unfinished);
            }
        }
    }
}
