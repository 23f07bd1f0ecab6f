package dev.tailbound.run.process;

import dev.tailbound.run.process.Activity.State;
import java.time.Duration;
import java.util.function.Supplier;

/// How much a process has used of the machine since its last sign of progress: what tells one that hangs from one that is stopped or starved.
///
/// ```java
/// var patience = new Patience(() -> Activity.of(pid));
/// patience.tick(tick);      // regularly, without a sign of progress
/// patience.progress();      // there was one
/// patience.used();          // more than a limit: it hangs
/// ```
public final class Patience {
    private final Supplier<Activity> activity;
    private Duration used = Duration.ZERO;
    private Duration processorTime;
    private boolean stopped;

    /// `activity` looks at the process.
    public Patience(Supplier<Activity> activity) {
        this.activity = activity;
    }

    /// It made progress, or has nothing to do.
    public void progress() {
        used = Duration.ZERO;
        processorTime = null;
        stopped = false;
    }

    /// A tick of this length passed without progress.
    ///
    /// Its processor time counts, up to the tick's length. A tick counts whole where all its threads sleep: it waits for what it does not get. Nothing
    /// counts while it is stopped. Ticks are counted rather than time, which also passes while the process that looks is stopped itself.
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

    /// Since the last sign of progress.
    public Duration used() {
        return used;
    }

    /// At the last tick it was stopped.
    public boolean isStopped() {
        return stopped;
    }
}
