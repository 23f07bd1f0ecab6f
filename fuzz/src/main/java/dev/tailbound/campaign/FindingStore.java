package dev.tailbound.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The folder `findings`: one folder for each signature, which appears as a whole.
///
/// It holds `original.case`, `report.md`, `stats` and, once the case has been made small, `minimized.case`; until then `smaller.case` is what that has reached.
final class FindingStore {
    static final String ORIGINAL = "original.case";
    static final String SMALLER = "smaller.case";
    static final String MINIMIZED = "minimized.case";
    static final String REPORT = "report.md";
    static final String STATS = "stats";
    static final String UNFINISHED = WholeFile.UNFINISHED;
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

    /// Keeps a case on the way to the smallest one.
    void storeSmaller(Finding smaller) throws IOException {
        WholeFile.write(folder(smaller.signature()).resolve(SMALLER), commented(smaller));
    }

    /// Keeps what minimizing ended with; the report goes first, so that a finding with a smallest case has the report of that case.
    void storeReduced(Finding reduced, Ending ending) throws IOException {
        var place = folder(reduced.signature());
        var file = place.resolve(ending == Ending.SMALLEST ? MINIMIZED : SMALLER);
        WholeFile.write(place.resolve(REPORT), report.reduced(reduced, file, ending));
        WholeFile.write(file, commented(reduced));
        if (ending == Ending.SMALLEST) {
            Files.deleteIfExists(place.resolve(SMALLER));
        }
    }

    /// Tells in the report why the case is not minimal.
    void storeReason(String signature, String why) throws IOException {
        var file = folder(signature).resolve(REPORT);
        WholeFile.write(file, report.withReason(Files.readString(file), signature, why));
    }

    /// Signatures whose smallest case is still to be found.
    List<String> unreduced() throws IOException {
        try (var folders = Files.list(folder)) {
            return folders.map(place -> place.getFileName().toString())
                    .filter(signature -> canBeReduced(signature) && !Files.exists(folder(signature).resolve(MINIMIZED)))
                    .sorted().toList();
        }
    }

    /// The smallest case so far, with the index of the one that was stored.
    Finding smallestSoFar(String signature) throws IOException {
        var place = folder(signature);
        var smaller = place.resolve(SMALLER);
        var text = Files.readString(Files.exists(smaller) ? smaller : place.resolve(ORIGINAL));
        return new Finding(signature, KeyValueFile.read(place.resolve(STATS)).number("case"), uncommented(text), "");
    }

    /// Whether the case is one to be made small, and is there.
    boolean canBeReduced(String signature) {
        return switch (CaseVerdict.ofSignature(signature)) {
            case DIVERGE, THREW, REJECTED, CRASH, HANG -> Files.exists(folder(signature).resolve(ORIGINAL));
            case AGREE, INCONCLUSIVE, KNOWN -> false;
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

    /// Without the line that was put in front.
    private static String uncommented(String text) {
        return text.startsWith("# ") ? text.substring(text.indexOf('\n') + 1) : text;
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// What a sudden end left behind: half of a finding, or of a file in one.
    private void removeUnfinished() throws IOException {
        try (var folders = Files.newDirectoryStream(folder)) {
            for (var place : folders) {
                boolean whole = !place.getFileName().toString().endsWith(UNFINISHED);
                try (var files = Files.newDirectoryStream(place, whole ? "*" + UNFINISHED : "*")) {
                    for (var file : files) {
                        Files.delete(file);
                    }
                }
                if (!whole) {
                    Files.delete(place);
                }
            }
        }
    }
}
