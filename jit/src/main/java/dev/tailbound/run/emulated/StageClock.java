package dev.tailbound.run.emulated;

import java.util.EnumMap;
import java.util.Map;

/// Where the time of an emulated engine goes: nanoseconds in each stage of its runs, since it was opened.
public final class StageClock {

    /// The stages of a run, in their order.
    public enum Stage {
        /// Place the case's objects, lower its programs, write their machine code.
        COMPILE,
        /// Bring memory and registers into the state before the run, forget code translated for an earlier case.
        PREPARE,
        /// Inside the emulator, which translates the machine code and runs it; includes the work of hooks.
        EMULATE,
        /// Read what the run left behind; after a fault, find its place.
        OBSERVE
    }

    private final Map<Stage, Long> spent = new EnumMap<>(Stage.class);
    private long mark;
    private long last;

    public long nanos(Stage stage) {
        return spent.getOrDefault(stage, 0L);
    }

    /// How long the stage took that ended last.
    long last() {
        return last;
    }

    void start() {
        mark = System.nanoTime();
    }

    /// The time since the last call of `start` or `end` was this stage's.
    void end(Stage stage) {
        long now = System.nanoTime();
        last = now - mark;
        spent.merge(stage, last, Long::sum);
        mark = now;
    }
}
