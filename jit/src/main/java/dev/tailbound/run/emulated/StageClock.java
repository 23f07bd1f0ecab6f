package dev.tailbound.run.emulated;

import java.util.EnumMap;
import java.util.Map;

/// Nanoseconds that an emulated engine spent in each stage of its runs since it was opened.
public final class StageClock {

    /// The stages of a run, in order.
    public enum Stage {
        /// Place the case's objects, lower its programs, write their machine code.
        COMPILE,
        /// Initialise memory and registers, drop translations of earlier code.
        PREPARE,
        /// Inside the emulator, which translates the machine code and runs it; includes the work of hooks.
        EMULATE,
        /// Read the results of the run; after a fault, locate it.
        OBSERVE
    }

    private final Map<Stage, Long> spent = new EnumMap<>(Stage.class);
    private long mark;
    private long last;

    public long nanos(Stage stage) {
        return spent.getOrDefault(stage, 0L);
    }

    /// Duration of the last completed stage.
    long last() {
        return last;
    }

    void start() {
        mark = System.nanoTime();
    }

    /// Assigns the time since the last call of `start` or `end` to this stage.
    void end(Stage stage) {
        long now = System.nanoTime();
        last = now - mark;
        spent.merge(stage, last, Long::sum);
        mark = now;
    }
}
