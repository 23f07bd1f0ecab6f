package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.files.AtomicFile;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.files.Owner;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The output folder of a campaign: all state that must survive a crash at any time.
///
/// | file | contents |
/// |---|---|
/// | `campaign` | parameters that determine cases and verdicts; a campaign resumes only with the same ones |
/// | `journal` | checked cases and their verdicts, see [Journal] |
/// | `findings/` | one folder per signature, see [FindingStore] |
/// | `stats.tsv` | the campaign over time, see [TimeSeries] |
/// | `workers/` | heartbeats and crash logs of running workers |
/// | `lock` | held while a campaign runs |
///
/// A finding is stored before the journal counts its case. After a crash, cases that were not counted are checked again.
public final class CampaignFolder implements AutoCloseable {
    static final String JOURNAL = "journal";
    static final String FINDINGS = "findings";
    static final String SERIES = "stats.tsv";
    private static final String WORKERS = "workers";
    private static final String LOCK = "lock";

    private final Folder folder;
    private final FileChannel lock;
    private final Journal journal;
    private final FindingStore findings;
    private final TimeSeries series;
    private final Folder workers;
    private final TreeSet<String> uncounted = new TreeSet<>();
    private Parameters parameters;

    private CampaignFolder(Folder folder, FileChannel lock, Settings settings, Consumer<String> notes) throws IOException {
        this.folder = folder;
        this.lock = lock;
        parameters = begun(settings);
        journal = new Journal(folder, JOURNAL, settings.shard());
        findings = new FindingStore(folder.make(FINDINGS), new FindingReport(settings, folder.path()), notes);
        series = new TimeSeries(folder, SERIES);
        workers = folder.make(WORKERS);
        workers.clear(); // workers of a crashed campaign have ended by now, or no longer need their files
        uncounted.addAll(total().findings().keySet());
    }

    /// Opens a folder, new or of an earlier run. Throws [BadInput] if another campaign uses it, or if it is not a campaign's or not the user's.
    /// `notes` receives damaged parts, which are left unchanged.
    public static CampaignFolder open(Path path, Settings settings, Consumer<String> notes) throws IOException {
        var kind = FileKind.of(path);
        if (kind != FileKind.FOLDER && kind != FileKind.NOTHING) {
            throw new BadInput(path.toString(), "is no folder");
        }
        Files.createDirectories(path);
        var folder = new Folder(path);
        requireOurs(folder);
        var lock = lock(folder);
        try {
            return new CampaignFolder(folder, lock, settings, notes);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// A campaign that was killed early may have left only its lock and part of its parameters.
    private static void requireOurs(Folder folder) throws IOException {
        Owner.requireTrusted(folder.path());
        if (MergedFolder.isMerged(folder)) {
            throw new BadInput(folder.path().toString(), "expected a campaign, found merged ones: resume their own folders");
        }
        if (folder.kind(Parameters.FILE) != FileKind.NOTHING) {
            Owner.requireUser(folder.resolve(Parameters.FILE));
            return;
        }
        var foreign = folder.names().stream().filter(name -> !name.equals(LOCK) && !name.endsWith(AtomicFile.UNFINISHED))
                .findFirst();
        if (foreign.isPresent()) {
            throw new BadInput(folder.path().toString(), "expected a new folder, an empty one, or one with a campaign, found %s"
                    .formatted(BadInput.quoted(foreign.get())));
        }
    }

    /// The parameters of the existing campaign, which must be the same, or of the one that starts here.
    private Parameters begun(Settings settings) throws IOException {
        var wanted = Parameters.of(settings);
        var present = Parameters.in(folder.path());
        var begun = present.isPresent() ? present.get().continuedBy(wanted, folder.path()) : wanted;
        if (!begun.equals(present.orElse(null))) {
            begun.write(folder);
        }
        return begun;
    }

    /// Records the fingerprint of this seed's cases, see [CaseSource#fingerprint()].
    public void agreeOnCases(String fingerprint) throws IOException {
        var agreed = parameters.withCases(folder.path(), fingerprint);
        if (!agreed.equals(parameters)) {
            agreed.write(folder);
            parameters = agreed;
        }
    }

    public Tally total() {
        return journal.total();
    }

    public FindingStore findings() {
        return findings;
    }

    public TimeSeries series() {
        return series;
    }

    public Path workers() {
        return workers.path();
    }

    /// Counts the next cases in order, whose findings have been stored.
    public void count(Tally tally) throws IOException {
        journal.append(tally);
        uncounted.addAll(tally.findings().keySet());
    }

    /// Updates the counts of findings from the journal.
    public void countFindings() throws IOException {
        for (var signature : uncounted) {
            if (findings.has(signature)) {
                findings.count(signature, total().findings().get(signature));
            }
        }
        uncounted.clear();
    }

    static boolean isLock(String name) {
        return name.equals(LOCK);
    }

    /// Locks a folder against other writers.
    static FileChannel lock(Folder folder) throws IOException {
        var channel = folder.open(LOCK);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this process: the same error as for another process.
        }
        channel.close();
        throw new BadInput(folder.path().toString(), "another campaign is running in this folder");
    }

    /// Whether a campaign is running in a folder, according to its lock.
    static boolean isLocked(Folder folder) throws IOException {
        if (folder.kind(LOCK) == FileKind.NOTHING) {
            return false;
        }
        try (var channel = folder.openToRead(LOCK); var free = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return free == null;
        } catch (OverlappingFileLockException e) {
            return true; // held by this process
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
