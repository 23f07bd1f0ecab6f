package dev.tailbound.campaign.check;

import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import java.time.Duration;

/// Number and duration of boots of real kernels, and the time they ran cases.
public record GuestTimes(long boots, long bootNanos, long workNanos) {
    public static final GuestTimes NONE = new GuestTimes(0, 0, 0);

    /// The times of the kernels among the engines so far.
    public static GuestTimes of(Differential differential) {
        return differential.engines().stream().filter(GuardedKernel.class::isInstance).map(GuardedKernel.class::cast)
                .map(engine -> engine.kernel().times())
                .map(times -> new GuestTimes(times.boots(), times.bootNanos(), times.workNanos())).reduce(NONE, GuestTimes::plus);
    }

    public GuestTimes plus(GuestTimes other) {
        return new GuestTimes(boots + other.boots, bootNanos + other.bootNanos, workNanos + other.workNanos);
    }

    /// `3 boots took 14.2 s, cases 180.0 s: 7 % of the time in boot`
    public String describe() {
        return "%d %s took %.1f s, cases %.1f s: %.0f %% of the time in boot".formatted(boots, boots == 1 ? "boot" : "boots",
                seconds(bootNanos), seconds(workNanos), 100.0 * bootNanos / Math.max(1, bootNanos + workNanos));
    }

    private static double seconds(long nanos) {
        return nanos / (double) Duration.ofSeconds(1).toNanos();
    }
}
