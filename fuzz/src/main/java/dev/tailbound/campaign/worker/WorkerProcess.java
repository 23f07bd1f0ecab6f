package dev.tailbound.campaign.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.GuestTimes;
import dev.tailbound.files.BoundedLines;
import dev.tailbound.files.Folder;
import dev.tailbound.run.process.Activity;
import dev.tailbound.run.process.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// The parent's view of one worker: its pending request, its progress, and the evidence of its death.
public final class WorkerProcess {
    /// The interval of [#tick].
    public static final Duration TICK = Duration.ofMillis(100);

    private static final int LAST_WORDS = 30;
    private static final int MAX_BATCH = 512;
    private static final long SHORT_BATCH_NANOS = 100_000_000;
    private static final long LONG_BATCH_NANOS = 400_000_000;
    /// Limits in characters for a worker's output; a reply contains a case and its evidence.
    private static final int MAX_LINE = 4096;
    private static final int MAX_ANSWER = 1 << 26;
    private static final int MAX_CRASH_LOG = 1 << 20;
    /// Exit status of a process ended by SIGKILL.
    private static final int KILLED = 128 + 9;

    private final Process process;
    private final PrintStream requests;
    private final Heartbeat heartbeat;
    private final Path heartbeatFile;
    private final Path crashLog;
    private final Deque<String> lastWords = new ArrayDeque<>();
    private final Thread errors;
    private Optional<WorkerRequest> request = Optional.empty();
    private long askedAt;
    private int batch = 16;
    private boolean ready;
    private boolean isNew = true;
    private long beats;
    private final Patience patience;
    private boolean hung;

    /// An event of a worker.
    public sealed interface Event {
        WorkerProcess worker();

        /// It printed a line.
        record Said(WorkerProcess worker, String line) implements Event {}

        /// It died.
        record Died(WorkerProcess worker) implements Event {}
    }

    /// Starts a worker with its files, such as `NAME.heartbeat`, in `folder`; its events go to `events`.
    public WorkerProcess(WorkerLaunch launch, Path folder, String name, BlockingQueue<Event> events) throws IOException {
        heartbeatFile = folder.resolve(name + ".heartbeat");
        crashLog = folder.resolve(name + ".hs_err");
        Files.deleteIfExists(heartbeatFile);
        Files.deleteIfExists(crashLog);
        heartbeat = new Heartbeat(heartbeatFile);
        process = new ProcessBuilder(launch.line(heartbeatFile, crashLog)).start();
        patience = new Patience(() -> Activity.of(process.pid()));
        requests = new PrintStream(process.getOutputStream(), true, UTF_8);
        errors = Thread.ofPlatform().daemon().start(() -> readEach(process.errorReader(UTF_8), MAX_LINE, this::remember));
        Thread.ofPlatform().daemon().start(() -> {
            readEach(process.inputReader(UTF_8), MAX_ANSWER, line -> events.add(new Event.Said(this, line)));
            events.add(new Event.Died(this));
        });
    }

    public boolean idle() {
        return ready && request.isEmpty();
    }

    /// It has not received a request yet.
    public boolean isNew() {
        return isNew;
    }

    /// A signal has stopped it while it has work.
    public boolean isStopped() {
        return patience.isStopped();
    }

    public boolean ready() {
        return ready;
    }

    /// The request without a reply.
    public Optional<WorkerRequest> request() {
        return request;
    }

    /// The size of a batch that keeps it busy for a fraction of a second.
    public int batch() {
        return batch;
    }

    public void ask(WorkerRequest next) {
        request = Optional.of(next);
        askedAt = System.nanoTime();
        isNew = false;
        patience.progress();
        requests.println(next.line());
    }

    /// Tells the worker to stop minimizing.
    public void hasReducedEnough() {
        requests.println(WorkerRequest.ENOUGH);
    }

    /// Parses a line as a reply. Output of a library is no reply, and is kept as last output.
    public Optional<WorkerReply> answer(String line) {
        try {
            return Optional.of(WorkerReply.parse(line));
        } catch (IllegalArgumentException e) {
            remember(line);
            return Optional.empty();
        }
    }

    /// It has answered its request.
    public void answered() {
        if (request.orElse(null) instanceof WorkerRequest.Check) {
            long took = System.nanoTime() - askedAt;
            if (took < SHORT_BATCH_NANOS) {
                batch = Math.min(2 * batch, MAX_BATCH);
            } else if (took > LONG_BATCH_NANOS) {
                batch = Math.max(batch / 2, 1);
            }
        }
        ready = true;
        request = Optional.empty();
    }

    /// Called once per [#TICK]. Kills a worker with work that has used more than `limit` ticks without a heartbeat.
    public void tick(int limit) {
        long now = heartbeat.beats();
        boolean still = now == beats && (request.isPresent() || !ready);
        beats = now;
        if (still) {
            patience.tick(TICK);
        } else {
            patience.progress();
        }
        if (patience.used().compareTo(TICK.multipliedBy(limit)) > 0) {
            hung = true;
            process.destroyForcibly();
        }
    }

    public GuestTimes kernels() {
        return heartbeat.kernels();
    }

    /// The current case.
    public long index() {
        return heartbeat.index();
    }

    /// The error for a worker that never became ready: no case caused it.
    public WorkersDoNotStartException failedStart(Death death) {
        synchronized (lastWords) {
            return new WorkersDoNotStartException(death.status() == Worker.MISSING && !lastWords.isEmpty() ? lastWords.getLast()
                    : "workers do not start: " + death.line());
        }
    }

    /// How it died, with its last output. Call it after the death.
    public Death death() throws IOException, InterruptedException {
        int status = process.waitFor();
        errors.join();
        var text = new StringBuilder(
                hung ? "It was killed after it had used %.1f s of processor time, or of sleep, without a heartbeat."
                        .formatted(patience.used().toMillis() / 1000.0) : "Its exit status was " + status + ".");
        if (!lastWords.isEmpty()) {
            text.append(" Its last words:\n\n").append(String.join("\n", lastWords).indent(4));
        }
        if (Files.exists(crashLog)) {
            text.append("\nThe log of the Java virtual machine:\n\n").append(new Folder(crashLog
                    .getParent()).beginning(crashLog.getFileName().toString(), MAX_CRASH_LOG).indent(4));
        }
        return new Death(hung ? CaseVerdict.HANG : CaseVerdict.CRASH, status, !hung && status == KILLED, text.toString());
    }

    /// An unexpected end of a worker.
    ///
    /// @param how       a crash or a hang
    /// @param status    its exit status
    /// @param byAnother whether it was killed by a user or by the OOM killer, perhaps unrelated to its case
    /// @param evidence  the evidence, in Markdown
    public record Death(CaseVerdict how, int status, boolean byAnother, String evidence) {
        private static final int LINE = 400;

        /// The first line of the evidence.
        public String line() {
            var line = evidence.replaceAll("\\s+", " ").strip();
            return line.length() <= LINE ? line : line.substring(0, LINE) + "...";
        }
    }

    /// Ends the process and deletes its files.
    public void end() throws IOException {
        process.destroyForcibly();
        requests.close();
        heartbeat.close();
        Files.deleteIfExists(heartbeatFile);
        Files.deleteIfExists(crashLog);
    }

    private void remember(String line) {
        synchronized (lastWords) {
            lastWords.addLast(line);
            if (lastWords.size() > LAST_WORDS) {
                lastWords.removeFirst();
            }
        }
    }

    /// Reads to the end; a broken pipe is an end too.
    private static void readEach(BufferedReader lines, int limit, Consumer<String> consumer) {
        try (lines) {
            BoundedLines.forEach(lines, limit, consumer);
        } catch (IOException e) {
            consumer.accept("its output broke: " + e.getMessage());
        }
    }
}
