package dev.tailbound.run.process;

import dev.tailbound.run.process.Activity.State;
import java.time.Duration;
import java.util.function.Supplier;

/// Machine time that a process has used since its last sign of progress. Distinguishes a hanging process from a stopped or starved one.
///
/// ```java
/// var patience = new Patience(() -> Activity.of(pid)); patience.tick(tick);      // regularly, while there is no progress patience.progress();
/// // after a sign of progress patience.used();          // above a limit, it hangs
/// ```
public final class Patience {
    private final Supplier<Activity> activity;
    private Duration used = Duration.ZERO;
    private Duration processorTime;
    private boolean stopped;

    /// `activity` takes a snapshot of the process.
    public Patience(Supplier<Activity> activity) {
        this.activity = activity;
    }

    /// Call when the process made progress or is idle.
    public void progress() {
        used = Duration.ZERO;
        processorTime = null;
        stopped = false;
    }

    /// Call after a tick of this length without progress.
    ///
    /// Adds the CPU time used, up to the tick's length; the whole tick if all threads sleep, because it then waits in vain; nothing while it is
    /// stopped. Counts ticks and not wall-clock time, which also passes while the observing process is stopped.
    public void tick(Duration length) {
        var now = activity.get();
        var before = processorTime;
        processorTime = now.processorTime();
        stopped = now.state() == State.STOPPED;
        if (before != null) {
            used = used.plus(switch (now.state()) {
                case STOPPED -> Duration.ZERO;
                case BUSY -> least(length, processorTime.minus(before));
                case ASLEEP, UNKNOWN -> length;
            });
        }
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /// Time used since the last sign of progress.
    public Duration used() {
        return used;
    }

    /// Whether it was stopped at the last tick.
    public boolean isStopped() {
        return stopped;
    }
}
