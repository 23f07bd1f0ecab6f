package dev.tailbound.campaign;

import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.worker.WorkerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Cases to check, and checked cases that wait for earlier ones: ranges of any size are handed out, and counted in order.
///
/// Counting in order makes the first case of a signature the same for any number of workers.
final class Backlog {
    /// If this many ranges wait for an earlier one, no new ones are handed out.
    private static final int MAX_WAITING = 4096;

    private record Range(long from, long to) {}

    private final Shard shard;
    private final long end;
    private final Deque<Range> returned = new ArrayDeque<>();
    private final TreeMap<Long, Tally> done = new TreeMap<>();
    private long counted;
    private long frontier;

    /// The shard's cases from `start` on, up to but not including `end` if present.
    Backlog(long start, OptionalLong end, Shard shard) {
        this.shard = shard;
        this.counted = shard.from(start);
        this.frontier = counted;
        this.end = end.orElse(Long.MAX_VALUE);
    }

    /// At most `size` cases to check: returned ones first, then new ones if `fresh`.
    Optional<WorkerRequest.Check> take(int size, boolean fresh) {
        if (!returned.isEmpty()) {
            var range = returned.removeFirst();
            return Optional.of(new WorkerRequest.Check(range.from(), range.to()));
        }
        long from = frontier;
        long to = Math.min(from + size, Math.min(shard.end(from), end));
        if (!fresh || from >= to || done.size() >= MAX_WAITING) {
            return Optional.empty();
        }
        frontier = shard.from(to);
        return Optional.of(new WorkerRequest.Check(from, to));
    }

    /// Returns cases that were taken but not checked; the range may be empty.
    void giveBack(long from, long to) {
        if (from < to) {
            returned.add(new Range(from, to));
        }
    }

    void done(Tally tally) {
        done.put(tally.from(), tally);
    }

    /// The next cases in order, if they are checked.
    Optional<Tally> next() {
        return Optional.ofNullable(done.get(counted));
    }

    /// Call it when the next cases have been counted.
    void counted() {
        counted = shard.from(done.remove(counted).to());
    }

    /// Whether all cases that were handed out have been counted.
    boolean settled() {
        return counted == frontier;
    }

    /// Whether there are no more cases.
    boolean exhausted() {
        return frontier >= end;
    }
}
