package dev.tailbound.campaign;

import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.worker.WorkerProcess.Death;
import dev.tailbound.campaign.worker.WorkerRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Cases at which a worker died. Each is run again alone, as the first case of a new worker, before it gets a verdict.
final class Suspects {
    private final Map<Long, Death> deaths = new HashMap<>();
    private final Deque<Long> waiting = new ArrayDeque<>();

    /// A worker died at the case; false if that is the second time.
    boolean add(long index, Death death) {
        if (deaths.putIfAbsent(index, death) != null) {
            deaths.remove(index);
            return false;
        }
        waiting.add(index);
        return true;
    }

    /// The next case for a new worker.
    Optional<WorkerRequest.Check> take() {
        return Optional.ofNullable(waiting.poll()).map(index -> new WorkerRequest.Check(index, index + 1));
    }

    /// The earlier death at these cases, which did not happen again.
    Optional<Death> survivedBy(Tally tally) {
        return Optional.ofNullable(deaths.remove(tally.from()));
    }
}
