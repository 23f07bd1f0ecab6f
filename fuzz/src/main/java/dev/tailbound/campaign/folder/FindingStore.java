package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.FindingName;
import dev.tailbound.campaign.check.MinimizationResult;
import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.campaign.mail.FindingExports;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.files.AtomicFile;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The folder `findings`: one folder per signature, created atomically.
///
/// It contains `original.case`, `report.md`, `stats` and, after minimizing, `minimized.case`; until then, `smaller.case` is the smallest case so far.
/// [FindingExports] are the files with the case in other forms.
/// A damaged finding folder is not changed: it is reported once, and neither counted nor minimized.
public final class FindingStore {
    static final String ORIGINAL = "original.case";
    static final String SMALLER = "smaller.case";
    static final String MINIMIZED = "minimized.case";
    static final String REPORT = "report.md";
    static final String STATS = "stats";
    static final String CASE = "case";
    static final String FIRST_TIME = "first_time";
    static final String LAST_TIME = "last_time";

    private static final String UNFINISHED = AtomicFile.UNFINISHED;
    /// Limit for a case, and for a report, which contains a case.
    static final int MAX_BYTES = 2 * CaseReader.MAX_BYTES;

    private final Folder folder;
    private final FindingReport report;
    private final Consumer<String> notes;
    private final Set<String> damaged = new TreeSet<>();

    /// `notes` receives a line for each damaged folder.
    FindingStore(Folder folder, FindingReport report, Consumer<String> notes) throws IOException {
        this.folder = folder;
        this.report = report;
        this.notes = notes;
        for (var name : folder.names()) {
            try {
                if (name.endsWith(UNFINISHED)) {
                    removeUnfinished(name);
                } else {
                    take(name);
                }
            } catch (BadInput bad) {
                report(bad);
            }
        }
    }

    /// The signature of the finding in a folder of this name; throws [BadInput] if no campaign uses such a name.
    static String signature(Folder findings, String name) {
        try {
            return FindingName.ofStored(name);
        } catch (IllegalArgumentException e) {
            throw new BadInput(findings.path().toString(), e.getMessage());
        }
    }

    /// Loads a finding of an earlier run, and renames it to this version's name.
    private void take(String name) throws IOException {
        var signature = signature(folder, name);
        if (!name.equals(signature)) {
            folder.move(name, signature);
        }
        in(signature, place -> {
            for (var file : place.names()) {
                if (file.endsWith(UNFINISHED)) {
                    place.delete(file);
                }
            }
            return stats(place);
        });
    }

    private void removeUnfinished(String name) throws IOException {
        if (folder.kind(name) == FileKind.FOLDER) {
            folder.deleteFolder(name);
        } else {
            folder.delete(name);
        }
    }

    private interface Work<T> {
        T in(Folder place) throws IOException;
    }

    /// Runs `work` in the folder of a finding. If the folder is not as a campaign writes it, the finding is damaged, and the result is empty.
    private <T> Optional<T> in(String signature, Work<T> work) throws IOException {
        if (damaged.contains(signature)) {
            return Optional.empty();
        }
        try {
            return Optional.of(work.in(folder.folder(signature)));
        } catch (BadInput bad) {
            damaged.add(signature);
            report(bad);
            return Optional.empty();
        }
    }

    private void report(BadInput bad) {
        notes.accept(bad.getMessage() + "; this finding is not changed, counted or minimized");
    }

    public Path folder(String signature) {
        return folder.resolve(signature);
    }

    /// Whether a finding of this name exists, damaged or not.
    public boolean has(String signature) {
        return folder.kind(signature) != FileKind.NOTHING;
    }

    public void store(Finding finding) throws IOException {
        var unfinished = folder.make(finding.signature() + UNFINISHED);
        if (!finding.source().isEmpty()) {
            unfinished.write(ORIGINAL, commented(finding));
        }
        unfinished.write(REPORT, report.original(finding, folder(finding.signature()).resolve(ORIGINAL)));
        report.exports(finding, unfinished, ORIGINAL);
        var now = now();
        unfinished.write(STATS,
                KeyValueFile.text(stats(Long.toString(finding.index()), Occurrences.at(finding.index()), now, now)));
        folder.move(finding.signature() + UNFINISHED, finding.signature());
    }

    /// Stores the smallest case so far.
    public void storeSmaller(Finding smaller) throws IOException {
        in(smaller.signature(), place -> {
            place.write(SMALLER, commented(smaller));
            return place;
        });
    }

    /// Stores the minimized case. The report is written first, so that a finding with a minimized case always has its report.
    public void storeReduced(Finding reduced, MinimizationResult ending) throws IOException {
        in(reduced.signature(), place -> {
            var name = ending == MinimizationResult.SMALLEST ? MINIMIZED : SMALLER;
            place.write(REPORT, report.reduced(reduced, place.resolve(name), ending));
            report.exports(reduced, place, name);
            place.write(name, commented(reduced));
            if (ending == MinimizationResult.SMALLEST) {
                place.delete(SMALLER);
            }
            return place;
        });
    }

    /// Adds to the report why the case is not minimal.
    public void storeReason(String signature, String why) throws IOException {
        in(signature, place -> {
            place.write(REPORT, report.withReason(place.text(REPORT, MAX_BYTES), signature, why));
            return place;
        });
    }

    /// Signatures whose findings are not minimized yet.
    public List<String> unreduced() throws IOException {
        var unreduced = new ArrayList<String>();
        for (var name : folder.names()) {
            if (FindingName.isStored(name) && canBeReduced(name)
                    && in(name, place -> place.kind(MINIMIZED)).filter(FileKind.NOTHING::equals).isPresent()) {
                unreduced.add(name);
            }
        }
        return unreduced;
    }

    /// The smallest case so far, with the index of the original; empty if it is damaged.
    public Optional<Finding> smallestSoFar(String signature) throws IOException {
        return in(signature, place -> {
            var name = place.kind(SMALLER) == FileKind.NOTHING ? ORIGINAL : SMALLER;
            var text = uncommented(place.text(name, MAX_BYTES));
            CaseReader.parse(place.resolve(name).toString(), text); // a worker would fail on an invalid case
            return new Finding(signature, stats(place).number(CASE), text, "");
        });
    }

    /// Whether the case exists and can be minimized.
    public boolean canBeReduced(String signature) throws IOException {
        return switch (CaseVerdict.ofSignature(signature)) {
            case DIVERGE, THREW, REJECTED, CRASH, HANG ->
                in(signature, place -> place.kind(ORIGINAL)).orElse(FileKind.NOTHING) != FileKind.NOTHING;
            case AGREE, INCONCLUSIVE, KNOWN -> false;
        };
    }

    /// Writes the current count of the signature.
    void count(String signature, Occurrences sighting) throws IOException {
        in(signature, place -> {
            var before = stats(place);
            if (before.number("count") != sighting.count()) {
                place.write(STATS, KeyValueFile.text(stats(before.text(CASE), sighting, before.text(FIRST_TIME), now())));
            }
            return place;
        });
    }

    /// Throws [BadInput] if an entry is missing.
    private static KeyValueFile stats(Folder place) {
        var stats = KeyValueFile.read(place, STATS);
        stats.number("count");
        stats.number(CASE);
        stats.text(FIRST_TIME);
        return stats;
    }

    static Map<String, String> stats(String index, Occurrences sighting, String firstTime, String lastTime) {
        var stats = new LinkedHashMap<String, String>();
        stats.put("count", Long.toString(sighting.count()));
        stats.put(CASE, index);
        stats.put("first_case", Long.toString(sighting.first()));
        stats.put("last_case", Long.toString(sighting.last()));
        stats.put(FIRST_TIME, firstTime);
        stats.put(LAST_TIME, lastTime);
        return stats;
    }

    private static String commented(Finding finding) {
        return "# Case %d of a campaign: %s\n%s".formatted(finding.index(), finding.signature(), finding.source());
    }

    /// Removes the line that [#commented] adds.
    private static String uncommented(String text) {
        return text.startsWith("# ") ? text.substring(text.indexOf('\n') + 1) : text;
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
