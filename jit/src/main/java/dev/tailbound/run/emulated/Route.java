package dev.tailbound.run.emulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Where the tail calls of a run go, see [dev.tailbound.run.Engine#route()].
final class Route {
    private static final int FELL_THROUGH = -1;

    private final List<Integer> programs = new ArrayList<>();
    private Set<Long> tailCalls = Set.of();

    /// The code of the tail calls starts at these addresses; nothing is recorded if there are none.
    void begin(Set<Long> tailCalls) {
        this.tailCalls = tailCalls;
        programs.clear();
    }

    /// The instruction is about to run.
    void before(long instruction) {
        if (tailCalls.contains(instruction)) {
            programs.add(FELL_THROUGH);
        }
    }

    /// A tail call goes to the program at this position.
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
