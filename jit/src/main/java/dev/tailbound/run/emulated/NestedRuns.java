package dev.tailbound.run.emulated;

import dev.tailbound.run.Outcome.Trap;
import java.util.ArrayDeque;
import java.util.Deque;

/// The tail calls of a run, and of the runs of tracing programs in the middle of it, each with a budget of its own.
final class NestedRuns {
    /// The time at which the first program starts; the next ones start later.
    private static final long START = 0x5747_0000_0000_0001L;

    /// Tail calls of the runs that wait for the present one, the outermost first.
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private int ofThisRun;
    private int ofAll;

    void begin() {
        waiting.clear();
        ofThisRun = 0;
        ofAll = 0;
    }

    /// A program starts; gives the time.
    long enter() {
        waiting.push(ofThisRun);
        ofThisRun = 0;
        return START + waiting.size();
    }

    /// A program that started at `time` is over.
    void exit(long time) {
        if (waiting.isEmpty() || time != START + waiting.size()) {
            throw new GuestFault(Trap.EXCEPTION, "a program ended that started at 0x%x, expected 0x%x".formatted(time, START
                    + waiting
                            .size()));
        }
        ofThisRun = waiting.pop();
    }

    void tailCall() {
        ofThisRun++;
        ofAll++;
    }

    /// Tail calls of the program that runs, and of what it tail-called.
    int ofThisRun() {
        return ofThisRun;
    }

    /// All tail calls since the run began.
    int ofAll() {
        return ofAll;
    }
}
