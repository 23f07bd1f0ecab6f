package dev.tailbound.campaign;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.ClassifiedCase;
import dev.tailbound.campaign.check.GuestTimes;
import dev.tailbound.campaign.check.MinimizationResult;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.CampaignFolder;
import dev.tailbound.campaign.folder.Finding;
import dev.tailbound.campaign.folder.Settings;
import dev.tailbound.campaign.worker.Worker;
import dev.tailbound.campaign.worker.WorkerLaunch;
import dev.tailbound.campaign.worker.WorkerProcess;
import dev.tailbound.campaign.worker.WorkerProcess.Event;
import dev.tailbound.campaign.worker.WorkerReply;
import dev.tailbound.campaign.worker.WorkerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The parent process of a campaign: hands out cases to workers, survives their crashes, and stores findings.
///
/// `new Campaign(settings, out, launch, progress).run()` returns the tally of all cases in the folder, those of earlier runs included.
public final class Campaign implements AutoCloseable {
    /// Additional time for minimizing after the end of a campaign's time.
    public static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration TICK = WorkerProcess.TICK;
    public static final int TICKS_TO_START = 600;
    private static final int TICKS_TO_END = 30;
    private static final int PATIENCE = 6;
    private static final int TICKS_BETWEEN_COUNTS = 10;
    private static final int FAILED_STARTS = 3;

    private final Settings settings;
    private final WorkerLaunch launch;
    private final Progress progress;
    private final CampaignFolder folder;
    private final Backlog backlog;
    private final long before;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<WorkerProcess> workers = new ArrayList<>();

    /// Requests about single cases, which are sent before all others.
    private final Deque<WorkerRequest> questions = new ArrayDeque<>();
    /// Signatures whose findings are not minimized yet.
    private final Deque<String> reductions = new ArrayDeque<>();
    /// Signatures that wait for the description of their first case, by its index.
    private final Map<Long, String> awaited = new HashMap<>();
    /// Evidence of workers' deaths, by index of the case, until it is stored.
    private final Map<Long, String> deaths = new HashMap<>();

    /// Signatures during whose minimizing a worker died.
    private final Set<String> distrusted = new HashSet<>();
    private final Suspects suspects = new Suspects();
    /// Cases that were described or minimized when a worker was killed from outside. The first kill counts as chance.
    private final Set<Long> retried = new HashSet<>();

    private final long started = System.nanoTime();
    private volatile boolean stopped;
    private GuestTimes kernelsOfTheDead = GuestTimes.NONE;
    private int workersStarted;
    private int ticks;
    private int ticksEnding;
    private int failedStarts;

    /// Opens the folder `out`; throws [dev.tailbound.isa.BadInput] if it belongs to another campaign.
    public Campaign(Settings settings, Path out, WorkerLaunch launch, Progress progress) throws IOException {
        this.settings = settings;
        this.progress = progress;
        folder = CampaignFolder.open(out, settings, progress::note);
        try {
            this.launch = launch.copiedTo(folder.workers());
        } catch (IOException e) {
            folder.close();
            throw e;
        }
        before = folder.total().cases();
        backlog = new Backlog(folder.total().to(), settings.cases(), settings.shard());
        reductions.addAll(folder.findings().unreduced());
    }

    /// Ends the campaign soon; may be called from any thread.
    public void stop() {
        stopped = true;
    }

    /// Runs to the bound in the settings, or until it is stopped.
    public Tally run() throws IOException, InterruptedException {
        long lastTick = System.nanoTime();
        while (!finished()) {
            while (workers.size() < settings.jobs()) {
                workers.add(new WorkerProcess(launch, folder.workers(), Integer.toString(workersStarted++), events));
            }
            for (var worker : workers) {
                if (worker.idle()) {
                    nextRequest(worker).ifPresent(worker::ask);
                }
            }
            switch (events.poll(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                case Event.Said(var worker, var line) -> heard(worker, line);
                case Event.Died(var worker) -> handleDeath(worker);
                case null -> {
                }
            }
            countWhatIsDone();
            if (System.nanoTime() - lastTick >= TICK.toNanos()) {
                lastTick = System.nanoTime();
                tick();
            }
        }
        tick();
        if (stoppedWorkers() > 0) {
            progress.note("%d workers are stopped by a signal; their cases are not counted".formatted(stoppedWorkers()));
        }
        folder.series().add(elapsed(), folder.total());
        reductions.forEach(signature -> tellSize(signature, MinimizationResult.OUT_OF_TIME));
        for (var worker : workers) {
            if (worker.request().orElse(null) instanceof WorkerRequest.Reduce(_, var signature, _, _, _)) {
                tellSize(signature, MinimizationResult.OUT_OF_TIME);
            }
        }
        return folder.total();
    }

    /// A campaign that is ending waits only briefly for current work; any other until everything is counted and minimized.
    private boolean finished() {
        boolean settled = backlog.settled() && reducing().isEmpty();
        return isEnding() ? settled || ticksEnding > TICKS_TO_END : settled && noMoreCases() && reductions.isEmpty();
    }

    private boolean isEnding() {
        return stopped || isOver(GRACE);
    }

    private boolean noMoreCases() {
        return stopped || backlog.exhausted() || isOver(Duration.ZERO);
    }

    private boolean isOver(Duration grace) {
        return settings.time().filter(limit -> session().compareTo(limit.plus(grace)) >= 0).isPresent();
    }

    private Optional<? extends WorkerRequest> nextRequest(WorkerProcess worker) throws IOException {
        var suspect = worker.isNew() ? suspects.take() : Optional.<WorkerRequest.Check>empty();
        if (suspect.isPresent()) {
            return suspect;
        }
        if (!questions.isEmpty()) {
            return Optional.of(questions.removeFirst());
        }
        while (!reductions.isEmpty() && !isEnding()) {
            var stored = folder.findings().smallestSoFar(reductions.removeFirst());
            if (stored.isPresent()) {
                var finding = stored.get();
                return Optional.of(new WorkerRequest.Reduce(finding.index(), finding.signature(), silence(),
                        distrusted.contains(finding.signature()), finding.source()));
            }
        }
        return backlog.take(worker.batch(), !noMoreCases());
    }

    /// Candidates of the minimizer are run under many more interleavings than other cases.
    private int silenceOf(WorkerProcess worker) {
        return worker.request().orElse(null) instanceof WorkerRequest.Reduce ? PATIENCE * silence() : silence();
    }

    /// Ticks of processor time that a busy worker may take without a heartbeat.
    private int silence() {
        return Math.toIntExact(settings.hangLimit().dividedBy(TICK));
    }

    private void heard(WorkerProcess worker, String line) throws IOException {
        var request = worker.request();
        switch (worker.answer(line).orElse(null)) {
            case null -> {
                return;
            }
            case WorkerReply.Ready(var fingerprint) -> folder.agreeOnCases(fingerprint);
            case WorkerReply.Counted(var tally) ->
                backlog.done(suspects.survivedBy(tally).map(death -> survived(tally, death)).orElse(tally));
            case WorkerReply.Smaller(var source) -> {
                if (request.orElseThrow() instanceof WorkerRequest.Reduce asked) {
                    folder.findings().storeSmaller(new Finding(asked.signature(), asked.index(), source, ""));
                }
                return;
            }
            case WorkerReply.Reduced reduced when request.orElseThrow() instanceof WorkerRequest.Reduce asked ->
                store(asked, reduced);
            case WorkerReply.Described described when request.orElseThrow() instanceof WorkerRequest.Describe(long index) ->
                store(index, described);
            case WorkerReply.Described described when request.orElseThrow() instanceof WorkerRequest.Show(long index) ->
                store(index, described);
            case WorkerReply.Described _,WorkerReply.Reduced _ -> throw new IllegalStateException("unasked answer");
        }
        worker.answered();
        failedStarts = 0;
    }

    /// A worker died at the tally's case, which ended when it was run again alone: a hang is then no finding; a crash is a finding that says so.
    private Tally survived(Tally tally, WorkerProcess.Death death) {
        if (death.how() == CaseVerdict.HANG) {
            progress.note("case %d is no finding: it ended when it was run again alone. The first worker: %s"
                    .formatted(tally.from(), death.line()));
            return tally.withUnrepeatedHang();
        }
        if (death.byAnother()) {
            return tally;
        }
        deaths.put(tally.from(), death.evidence() + "\n\nRun again alone in a new process, the case ended.");
        return new Tally.Builder(tally.from()).add(ClassifiedCase.crashedOnce()).build();
    }

    /// Counts in order the cases whose findings are stored, and requests descriptions of those that are not.
    private void countWhatIsDone() throws IOException {
        for (var next = backlog.next(); next.isPresent() && allStored(next.get()); next = backlog.next()) {
            folder.count(next.get());
            backlog.counted();
        }
    }

    private boolean allStored(Tally tally) {
        boolean all = true;
        for (var finding : tally.findings().entrySet()) {
            if (!folder.findings().has(finding.getKey())) {
                all = false;
                long index = finding.getValue().first();
                if (awaited.put(index, finding.getKey()) == null) {
                    questions.add(deaths.containsKey(index) ? new WorkerRequest.Show(index) : new WorkerRequest.Describe(index));
                }
            }
        }
        return all;
    }

    private void store(long index, WorkerReply.Described described) throws IOException {
        var signature = awaited.remove(index);
        var death = deaths.remove(index);
        folder.findings().store(new Finding(signature, index, described.source(), death == null ? described.evidence() : death));
        progress.found(signature, index, folder.findings().folder(signature));
        if (folder.findings().canBeReduced(signature)) {
            reductions.add(signature);
        }
    }

    private void store(WorkerRequest.Reduce asked, WorkerReply.Reduced reduced) throws IOException {
        if (reduced.ending() != MinimizationResult.SMALLEST) {
            tellSize(asked.signature(), reduced.ending());
        }
        if (reduced.ending() == MinimizationResult.SMALLEST || !reduced.source().equals(asked.source())) {
            folder.findings().storeReduced(new Finding(asked.signature(), asked.index(), reduced.source(), reduced.evidence()),
                    reduced.ending());
        } else {
            folder.findings().storeReason(asked.signature(), reduced.ending().meaning());
        }
    }

    /// A worker died: records its case, and returns the rest of its work to the backlog.
    private void handleDeath(WorkerProcess worker) throws IOException, InterruptedException {
        workers.remove(worker);
        var death = worker.death();
        var request = worker.request();
        if (request.isPresent() && isChance(worker, request.get(), death)) {
            giveBack(worker, request.get());
            if (death.byAnother()) {
                progress.note("a worker was killed at case %d, its work is repeated: %s".formatted(caseOf(worker, request.get()),
                        death.line()));
            }
        } else {
            attributeDeath(worker, death);
        }
        kernelsOfTheDead = kernelsOfTheDead.plus(worker.kernels());
        worker.end();
    }

    /// A single death proves nothing about a case until the case has been run again.
    private boolean isChance(WorkerProcess worker, WorkerRequest request, WorkerProcess.Death death) {
        long index = caseOf(worker, request);
        return request instanceof WorkerRequest.Check ? suspects.add(index, death) : death.byAnother() && retried.add(index);
    }

    private static long caseOf(WorkerProcess worker, WorkerRequest request) {
        return switch (request) {
            case WorkerRequest.Check(long from, long to) -> Math.clamp(worker.index(), from, to - 1);
            case WorkerRequest.Describe(long index) -> index;
            case WorkerRequest.Show(long index) -> index;
            case WorkerRequest.Reduce reduce -> reduce.index();
            case WorkerRequest.Try _ -> throw new IllegalStateException("unasked request");
        };
    }

    private void giveBack(WorkerProcess worker, WorkerRequest request) {
        switch (request) {
            case WorkerRequest.Check check -> {
                long index = caseOf(worker, check);
                backlog.giveBack(check.from(), index);
                backlog.giveBack(index + 1, check.to());
            }
            case WorkerRequest.Describe _,WorkerRequest.Show _ -> questions.addFirst(request);
            case WorkerRequest.Reduce reduce -> reductions.addFirst(reduce.signature());
            case WorkerRequest.Try _ -> throw new IllegalStateException("unasked request");
        }
    }

    private void attributeDeath(WorkerProcess worker, WorkerProcess.Death death) throws IOException {
        switch (worker.request().orElse(null)) {
            case WorkerRequest.Check check -> {
                long index = caseOf(worker, check);
                deaths.put(index, death.evidence());
                backlog.done(new Tally.Builder(index).add(ClassifiedCase.died(death.how())).build());
            }
            case WorkerRequest.Describe(long index) -> {
                deaths.put(index, "The process that described the case died. " + death.evidence());
                questions.add(new WorkerRequest.Show(index));
            }
            case WorkerRequest.Show(long index) -> store(index, new WorkerReply.Described("", "The case cannot be generated."));
            case WorkerRequest.Try _ -> throw new IllegalStateException("unasked request");
            case WorkerRequest.Reduce asked when distrusted.add(asked.signature()) -> reductions.addFirst(asked.signature());
            case WorkerRequest.Reduce asked -> {
                var why = "could not be minimized: " + death.line();
                folder.findings().storeReason(asked.signature(), "Not minimal: the case " + why);
                progress.note("case %d (%s) %s".formatted(asked.index(), asked.signature(), why));
            }
            case null -> {
                if (!worker.ready() && (death.status() == Worker.MISSING || ++failedStarts >= FAILED_STARTS)) {
                    throw worker.failedStart(death);
                }
            }
        }
    }

    /// How real kernels spent their time in this run.
    public GuestTimes kernels() {
        return workers.stream().map(WorkerProcess::kernels).reduce(kernelsOfTheDead, GuestTimes::plus);
    }

    private void tick() throws IOException {
        if (isEnding() && ticksEnding++ == 0) {
            reducing().forEach(WorkerProcess::hasReducedEnough);
        }
        workers.forEach(worker -> worker.tick(worker.ready() ? silenceOf(worker) : TICKS_TO_START));
        if (++ticks % TICKS_BETWEEN_COUNTS == 0) {
            folder.countFindings();
        }
        folder.series().sample(elapsed(), folder.total());
        progress.status(
                new Progress.Status(folder.total(), elapsed(), session(), folder.total().cases() - before, stoppedWorkers()));
    }

    private long stoppedWorkers() {
        return workers.stream().filter(WorkerProcess::isStopped).count();
    }

    private Duration session() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private Duration elapsed() {
        return folder.series().before().plus(session());
    }

    private List<WorkerProcess> reducing() {
        return workers.stream().filter(worker -> worker.request().orElse(null) instanceof WorkerRequest.Reduce).toList();
    }

    private void tellSize(String signature, MinimizationResult ending) {
        progress.note(signature + ": " + ending.meaning());
    }

    @Override
    public void close() throws IOException {
        for (var worker : workers) {
            worker.end();
        }
        WorkerLaunch.deleteCopy(folder.workers());
        folder.close();
    }
}
