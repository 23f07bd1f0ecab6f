package dev.tailbound.run.emulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Targets of a run's tail calls, see [dev.tailbound.run.Run#route()].
final class Route {
    private static final int FELL_THROUGH = -1;

    private final List<Integer> programs = new ArrayList<>();
    private Set<Long> tailCalls = Set.of();

    /// Starts recording; `tailCalls` are start addresses of tail call code. Records nothing if empty.
    void begin(Set<Long> tailCalls) {
        this.tailCalls = tailCalls;
        programs.clear();
    }

    /// Called before an instruction runs.
    void before(long instruction) {
        if (tailCalls.contains(instruction)) {
            programs.add(FELL_THROUGH);
        }
    }

    /// Called when a tail call reaches the program with this index.
    void arrive(int program) {
        if (!tailCalls.isEmpty()) {
            programs.removeLast();
            programs.add(program);
        }
    }

    List<Integer> programs() {
        return List.copyOf(programs);
    }
}
