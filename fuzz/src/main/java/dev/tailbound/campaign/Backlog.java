package dev.tailbound.campaign;

import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.worker.WorkerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Which cases are to be checked, and which are done but wait for earlier ones: cases go out in any pieces, and are counted in their order.
///
/// Counting in order makes the first sighting of a signature the same for any number of workers.
final class Backlog {
    /// Ranges that may wait for an earlier one before no new ones go out.
    private static final int MAX_WAITING = 4096;

    private record Range(long from, long to) {}

    private final long end;
    private final Deque<Range> returned = new ArrayDeque<>();
    private final TreeMap<Long, Tally> done = new TreeMap<>();
    private long counted;
    private long frontier;

    /// The cases from `start` on, to before `end` where there is one.
    Backlog(long start, OptionalLong end) {
        this.counted = start;
        this.frontier = start;
        this.end = Math.max(start, end.orElse(Long.MAX_VALUE));
    }

    /// At most `size` cases that somebody should check: what was given back first, then new ones, if `fresh`.
    Optional<WorkerRequest.Check> take(int size, boolean fresh) {
        if (!returned.isEmpty()) {
            var range = returned.removeFirst();
            return Optional.of(new WorkerRequest.Check(range.from(), range.to()));
        }
        long from = frontier;
        long to = Math.min(from + size, end);
        if (!fresh || from == to || done.size() >= MAX_WAITING) {
            return Optional.empty();
        }
        frontier = to;
        return Optional.of(new WorkerRequest.Check(from, to));
    }

    /// Cases that were taken and not checked; there may be none.
    void giveBack(long from, long to) {
        if (from < to) {
            returned.add(new Range(from, to));
        }
    }

    void done(Tally tally) {
        done.put(tally.from(), tally);
    }

    /// The cases that are to be counted next, if they are done.
    Optional<Tally> next() {
        return Optional.ofNullable(done.get(counted));
    }

    /// The next cases have been counted.
    void counted() {
        counted = done.remove(counted).to();
    }

    /// Whether all cases that went out have been counted.
    boolean settled() {
        return counted == frontier;
    }

    /// Whether there are no more cases.
    boolean exhausted() {
        return frontier == end;
    }
}
