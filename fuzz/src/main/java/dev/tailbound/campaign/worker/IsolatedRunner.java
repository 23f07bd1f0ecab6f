package dev.tailbound.campaign.worker;

import dev.tailbound.campaign.Campaign;
import dev.tailbound.campaign.worker.WorkerProcess.Death;
import dev.tailbound.campaign.worker.WorkerProcess.Event;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Runs cases in a separate worker, which may die; then a new one is started.
///
/// ```java
/// try (var guard = new IsolatedRunner(launch, folder, "guard", heartbeat::beat)) {
///     Optional<Death> death = guard.deathOf(candidate, 100, () -> false);
/// }
/// ```
public final class IsolatedRunner implements AutoCloseable {
    private final WorkerLaunch launch;
    private final Path folder;
    private final String name;
    private final Runnable whileWaiting;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private Optional<WorkerProcess> worker = Optional.empty();

    /// A runner whose worker's files are in `folder`; `whileWaiting` is called repeatedly.
    public IsolatedRunner(WorkerLaunch launch, Path folder, String name, Runnable whileWaiting) {
        this.launch = launch;
        this.folder = folder;
        this.name = name;
        this.whileWaiting = whileWaiting;
    }

    /// How the worker died at the case; empty if it did not, or once `enough` returns true. The worker is killed after `silence` ticks without a
    /// heartbeat.
    Optional<Death> deathOf(Case candidate, int silence, BooleanSupplier enough) {
        var death = deathOfOneWorker(candidate, silence, enough);
        return death.filter(Death::byAnother).isEmpty() ? death : deathOfOneWorker(candidate, silence, enough);
    }

    private Optional<Death> deathOfOneWorker(Case candidate, int silence, BooleanSupplier enough) {
        try {
            var present = worker.isPresent() ? worker.get() : new WorkerProcess(launch, folder, name, events);
            worker = Optional.of(present);
            boolean asked = false;
            while (!enough.getAsBoolean()) {
                if (!asked && present.idle()) {
                    present.ask(new WorkerRequest.Try(CasePrinter.print(candidate)));
                    asked = true;
                }
                switch (events.poll(WorkerProcess.TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                    case Event.Died _ -> {
                        var death = buried(present);
                        if (!asked) {
                            throw present.failedStart(death);
                        }
                        return Optional.of(death);
                    }
                    case Event.Said(_, var line) -> {
                        if (present.answer(line).isPresent()) {
                            present.answered();
                            if (asked) {
                                return Optional.empty();
                            }
                        }
                    }
                    case null -> present.tick(present.ready() ? silence : Campaign.TICKS_TO_START);
                }
                whileWaiting.run();
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a case was running", e);
        }
    }

    private Death buried(WorkerProcess dead) throws IOException, InterruptedException {
        var death = dead.death();
        worker = Optional.empty();
        dead.end();
        return death;
    }

    @Override
    public void close() {
        try {
            if (worker.isPresent()) {
                worker.get().end();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
