package dev.tailbound.run.emulated;

import dev.tailbound.run.Outcome.Trap;
import java.util.ArrayDeque;
import java.util.Deque;

/// Tail call counts of a run and of the runs of tracing programs nested in it, each with its own budget.
final class NestedRuns {
    /// Start time of the first program; later programs have later times.
    private static final long START = 0x5747_0000_0000_0001L;

    /// Counts of the suspended outer runs, the outermost first.
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private int ofThisRun;
    private int ofAll;

    void begin() {
        waiting.clear();
        ofThisRun = 0;
        ofAll = 0;
    }

    /// Starts a program; returns its start time.
    long enter() {
        waiting.push(ofThisRun);
        ofThisRun = 0;
        return START + waiting.size();
    }

    /// Ends the program that started at `time`.
    void exit(long time) {
        if (waiting.isEmpty() || time != START + waiting.size()) {
            throw new GuestFault(Trap.EXCEPTION,
                    "a program ended that started at 0x%x, expected 0x%x".formatted(time, START + waiting.size()));
        }
        ofThisRun = waiting.pop();
    }

    void tailCall() {
        ofThisRun++;
        ofAll++;
    }

    /// Tail calls of the current program's run.
    int ofThisRun() {
        return ofThisRun;
    }

    /// All tail calls since the outermost run began.
    int ofAll() {
        return ofAll;
    }
}
