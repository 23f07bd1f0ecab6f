package dev.tailbound.run.emulated;

import dev.tailbound.jit.disasm.NativeLibrary;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stops runs of one engine that take longer than they should; all engines share one thread for it.
///
/// What counts is the running thread's processor time. That decides no verdict: who stops a run here lets another processor count its instructions.
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

    // All engines in one round: waking up takes far longer than the ticks.
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

    /// The calling thread is about to start a run.
    synchronized void begin(Unicorn unicorn) {
        running = unicorn;
        thread = Thread.currentThread().threadId();
        started = UNKNOWN;
        stopped = false;
    }

    /// The run is over; tells whether it was stopped. Throws what went wrong with that.
    synchronized boolean end() {
        running = null;
        if (failure != null) {
            var thrown = failure;
            failure = null;
            throw NativeLibrary.unchecked(thrown);
        }
        return stopped;
    }

    // Under the same lock as begin and end, so that it never hits the next run. Again at each tick: a stop before the emulator has really started is lost.
    // The first tick of a run reads the clock for it: most runs end before, and a reading costs more than they do.
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
