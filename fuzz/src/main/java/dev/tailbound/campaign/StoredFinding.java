package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A finding as it lies in a campaign's folder; whatever may be missing there is empty here.
///
/// @param seen      how often by the journal; empty where its case is not counted yet
/// @param firstTime when it was seen first, as text
/// @param lastTime  when it was seen last, as text
/// @param original  the case file as it was generated
/// @param smaller   the smallest case file so far, where minimizing has not ended
/// @param minimized the smallest case file
/// @param report    the text of its Markdown report
public record StoredFinding(String signature, Optional<Sighting> seen, String firstTime, String lastTime, Optional<Path> original,
        Optional<Path> smaller, Optional<Path> minimized, String report) {
    /// Of a longer report only the beginning is read.
    private static final int LONGEST_TEXT = 1 << 18;

    static StoredFinding withoutFolder(String signature, Sighting seen) {
        return new StoredFinding(signature, Optional.of(seen), "", "", Optional.empty(), Optional.empty(), Optional.empty(), "");
    }

    static StoredFinding read(Path folder, Optional<Sighting> seen) throws IOException {
        var stats = KeyValueFile.parse(folder, text(folder.resolve(FindingStore.STATS)));
        return new StoredFinding(folder.getFileName().toString(), seen, stats.textOr(FindingStore.FIRST_TIME, ""),
                stats.textOr(FindingStore.LAST_TIME, ""), file(folder.resolve(FindingStore.ORIGINAL)),
                file(folder.resolve(FindingStore.SMALLER)), file(folder.resolve(FindingStore.MINIMIZED)),
                text(folder.resolve(FindingStore.REPORT)));
    }

    public CaseVerdict verdict() {
        return CaseVerdict.ofSignature(signature);
    }

    /// The smallest case there is.
    public Optional<Path> smallest() {
        return minimized.or(() -> smaller).or(() -> original);
    }

    private static Optional<Path> file(Path file) {
        return Optional.of(file).filter(Files::isRegularFile);
    }

    /// Bytes that are no UTF-8 show as replacement characters.
    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST_TEXT), UTF_8);
        }
    }
}
