package dev.tailbound.run.emulated;

import dev.tailbound.jit.disasm.NativeLibrary;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stops overlong runs of one engine; all engines share one watchdog thread.
///
/// Measures the running thread's CPU time. This decides no verdict: a stopped run is repeated with instruction counting.
///
/// ```java
/// watchdog.begin(unicorn);
/// unicorn.start(entry, end);
/// watchdog.end();
/// ```
final class Watchdog implements AutoCloseable {
    private static final long TICK_MILLIS = 25;
    private static final long LIMIT_NANOS = 20_000_000;
    private static final long UNKNOWN = -1;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Set<Watchdog> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Thread.ofPlatform().daemon().name("watchdog").start(Watchdog::watch);
    }

    private Unicorn running;
    private long thread;
    private long started;
    private boolean stopped;
    private Throwable failure;

    Watchdog() {
        OPEN.add(this);
    }

    // One wake-up serves all engines: it costs far more than their ticks.
    private static void watch() {
        while (true) {
            try {
                Thread.sleep(TICK_MILLIS);
            } catch (InterruptedException nobodyDoes) {
                throw new IllegalStateException(nobodyDoes);
            }
            OPEN.forEach(Watchdog::tick);
        }
    }

    /// Called by a thread before it starts a run.
    synchronized void begin(Unicorn unicorn) {
        running = unicorn;
        thread = Thread.currentThread().threadId();
        started = UNKNOWN;
        stopped = false;
    }

    /// Called after the run; returns whether it was stopped. Rethrows an exception of the watchdog.
    synchronized boolean end() {
        running = null;
        if (failure != null) {
            var thrown = failure;
            failure = null;
            throw NativeLibrary.unchecked(thrown);
        }
        return stopped;
    }

    // Has the same lock as begin and end, so that it never stops the next run. Stops at each tick because a stop before the emulator has started is
    // lost. The first tick of a run reads its start time: most runs end earlier, and reading the clock costs more than they do.
    private synchronized void tick() {
        if (running == null) {
            return;
        }
        try {
            long now = now();
            if (started == UNKNOWN) {
                started = now;
            } else if (now - started > LIMIT_NANOS) {
                stopped = true;
                running.stop();
            }
        } catch (RuntimeException | Error thrown) {
            failure = thrown; // the other engines need this thread
        }
    }

    private long now() {
        long used = THREADS.getThreadCpuTime(thread);
        return used == UNKNOWN ? System.nanoTime() : used; // virtual threads have no processor time
    }

    @Override
    public void close() {
        OPEN.remove(this);
    }
}
