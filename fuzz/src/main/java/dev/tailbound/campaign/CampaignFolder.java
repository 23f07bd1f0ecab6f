package dev.tailbound.campaign;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeSet;

/// The output folder of a campaign: everything that must survive the process, at any time.
///
/// | file | holds |
/// |---|---|
/// | `campaign` | what decides cases and verdicts; a campaign goes on only with the same |
/// | `journal` | which cases are done and what they came to, see [Journal] |
/// | `findings/` | a folder for each signature, see [FindingStore] |
/// | `stats.tsv` | the campaign over time, see [TimeSeries] |
/// | `workers/` | heartbeats and crash logs of the workers at work |
/// | `lock` | held while a campaign runs |
///
/// A finding is stored before the journal counts its case, so that what a sudden end leaves uncounted is found again.
final class CampaignFolder implements AutoCloseable {
    static final String CAMPAIGN = "campaign";
    static final String JOURNAL = "journal";
    static final String FINDINGS = "findings";
    static final String SERIES = "stats.tsv";

    // Keys of the file `campaign`.
    static final String VERSION = "version";
    static final String SEED = "seed";
    static final String ENGINES = "engines";
    static final String RULE = "tail_calls";
    static final String CASES = "cases";

    private final Path folder;
    private final FileChannel lock;
    private final SequencedMap<String, String> parameters;
    private final Journal journal;
    private final FindingStore findings;
    private final TimeSeries series;
    private final TreeSet<String> uncounted = new TreeSet<>();

    private CampaignFolder(Path folder, FileChannel lock, Settings settings) throws IOException {
        this.folder = folder;
        this.lock = lock;
        parameters = parametersIn(folder);
        parameters.putIfAbsent(VERSION, settings.version());
        agreeOn(SEED, Long.toString(settings.seed()));
        agreeOn(ENGINES, String.join(" ", settings.engines()));
        agreeOn(RULE, settings.rule());
        journal = new Journal(folder.resolve(JOURNAL));
        findings = new FindingStore(folder.resolve(FINDINGS), new FindingReport(settings));
        series = new TimeSeries(folder.resolve(SERIES));
        makeRoomForWorkers();
        uncounted.addAll(total().findings().keySet());
    }

    /// Opens a folder, new or left by an earlier run; throws [BadInput] where another campaign is at it or where it belongs to another one.
    static CampaignFolder open(Path folder, Settings settings) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInput(folder.toString(), "is no folder");
        }
        Files.createDirectories(folder);
        var lock = lock(folder);
        try {
            return new CampaignFolder(folder, lock, settings);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// The seed of the campaign in a folder, to go on with; empty where there is none.
    static OptionalLong seedIn(Path folder) throws IOException {
        var seed = parametersIn(folder).get(SEED);
        return seed == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(seed));
    }

    /// Notes what stands for the cases of this seed, see [CaseSource#fingerprint()].
    void agreeOnCases(String fingerprint) throws IOException {
        agreeOn(CASES, fingerprint);
    }

    /// Notes a parameter of a new campaign; throws [BadInput] where the campaign that is here already has another one.
    private void agreeOn(String key, String value) throws IOException {
        var present = parameters.putIfAbsent(key, value);
        if (present == null) {
            KeyValueFile.write(folder.resolve(CAMPAIGN), parameters);
        } else if (!present.equals(value)) {
            throw new BadInput(folder.toString(), "holds a campaign with %s %s, expected %s".formatted(key, present, value));
        }
    }

    Tally total() {
        return journal.total();
    }

    FindingStore findings() {
        return findings;
    }

    TimeSeries series() {
        return series;
    }

    Path workers() {
        return folder.resolve("workers");
    }

    /// Counts the cases that follow those counted before; their findings have been stored.
    void count(Tally tally) throws IOException {
        journal.append(tally);
        uncounted.addAll(tally.findings().keySet());
    }

    /// Brings the findings' own counts up to what the journal says.
    void countFindings() throws IOException {
        for (var signature : uncounted) {
            if (findings.has(signature)) {
                findings.count(signature, total().findings().get(signature));
            }
        }
        uncounted.clear();
    }

    private static FileChannel lock(Path folder) throws IOException {
        var channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process; the same answer as for another one.
        }
        channel.close();
        throw new BadInput(folder.toString(), "another campaign is at work in this folder");
    }

    /// Workers that outlived a sudden end are gone by now, or do not need their files any more.
    private void makeRoomForWorkers() throws IOException {
        Files.createDirectories(workers());
        try (var left = Files.newDirectoryStream(workers())) {
            for (var file : left) {
                Files.delete(file);
            }
        }
    }

    private static SequencedMap<String, String> parametersIn(Path folder) throws IOException {
        var file = folder.resolve(CAMPAIGN);
        return Files.exists(file) ? KeyValueFile.read(file) : new LinkedHashMap<>();
    }

    @Override
    public void close() throws IOException {
        countFindings();
        journal.close();
        series.close();
        lock.close();
    }
}
