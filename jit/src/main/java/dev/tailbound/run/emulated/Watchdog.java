package dev.tailbound.run.emulated;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Stops runs of one engine that take longer than their limit; all engines share one thread for it.
///
/// ```java
/// watchdog.begin(unicorn);
/// unicorn.start(entry, end);
/// boolean stopped = watchdog.end();
/// ```
final class Watchdog implements AutoCloseable {
    private static final long TICK_MILLIS = 10;

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("watchdog").unstarted(task));

    private final long limitNanos;
    private final Future<?> ticks;
    private Unicorn running;
    private long started;
    private boolean stopped;

    Watchdog(Duration limit) {
        limitNanos = limit.toNanos();
        ticks = CLOCK.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// A run is about to start.
    synchronized void begin(Unicorn unicorn) {
        running = unicorn;
        started = System.nanoTime();
        stopped = false;
    }

    /// The run is over; says whether it was stopped from here.
    synchronized boolean end() {
        running = null;
        return stopped;
    }

    // Under the same lock as begin and end, so that it never hits the next run. Again at each tick: a stop before the emulator has really started is lost.
    private synchronized void tick() {
        if (running != null && System.nanoTime() - started > limitNanos) {
            stopped = true;
            running.stop();
        }
    }

    @Override
    public void close() {
        ticks.cancel(false);
    }
}
