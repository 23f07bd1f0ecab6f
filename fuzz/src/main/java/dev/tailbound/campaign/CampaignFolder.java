package dev.tailbound.campaign;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    static final String JOURNAL = "journal";
    static final String FINDINGS = "findings";
    static final String SERIES = "stats.tsv";
    private static final String LOCK = "lock";

    private final Path folder;
    private final FileChannel lock;
    private final Journal journal;
    private final FindingStore findings;
    private final TimeSeries series;
    private final TreeSet<String> uncounted = new TreeSet<>();
    private Parameters parameters;

    private CampaignFolder(Path folder, FileChannel lock, Settings settings) throws IOException {
        this.folder = folder;
        this.lock = lock;
        parameters = begun(settings);
        journal = new Journal(folder.resolve(JOURNAL));
        findings = new FindingStore(folder.resolve(FINDINGS), new FindingReport(settings, folder));
        series = new TimeSeries(folder.resolve(SERIES));
        makeRoomForWorkers();
        uncounted.addAll(total().findings().keySet());
    }

    /// Opens a folder, new or left by an earlier run; throws [BadInput] where another campaign is at it, or where it belongs to something else.
    static CampaignFolder open(Path folder, Settings settings) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInput(folder.toString(), "is no folder");
        }
        Files.createDirectories(folder);
        requireOurs(folder);
        var lock = lock(folder);
        try {
            return new CampaignFolder(folder, lock, settings);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// A campaign that ended at once may have left no more than its lock and half of its parameters.
    private static void requireOurs(Path folder) throws IOException {
        if (Files.exists(folder.resolve(Parameters.FILE))) {
            return;
        }
        try (var files = Files.list(folder)) {
            var foreign = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK) && !name.equals(Parameters.FILE + WholeFile.UNFINISHED)).sorted()
                    .findFirst();
            if (foreign.isPresent()) {
                throw new BadInput(folder.toString(), "expected a new folder, an empty one, or one with a campaign, found %s"
                        .formatted(
                                BadInput.quoted(foreign.get())));
            }
        }
    }

    /// The parameters of the campaign that is here, which must be these, or which is here from now on.
    private Parameters begun(Settings settings) throws IOException {
        var wanted = Parameters.of(settings);
        var present = Parameters.in(folder);
        if (present.isPresent()) {
            present.get().requireSame(folder, wanted);
            return present.get();
        }
        wanted.write(folder);
        return wanted;
    }

    /// Notes what stands for the cases of this seed, see [CaseSource#fingerprint()].
    void agreeOnCases(String fingerprint) throws IOException {
        var agreed = parameters.withCases(folder, fingerprint);
        if (!agreed.equals(parameters)) {
            agreed.write(folder);
            parameters = agreed;
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
        var channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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

    /// Whether a campaign is at work in a folder, as its lock tells.
    static boolean isLocked(Path folder) throws IOException {
        var file = folder.resolve(LOCK);
        if (!Files.exists(file)) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ); var free = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return free == null;
        } catch (OverlappingFileLockException e) {
            return true; // held by this very process
        }
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

    @Override
    public void close() throws IOException {
        countFindings();
        journal.close();
        series.close();
        lock.close();
    }
}
