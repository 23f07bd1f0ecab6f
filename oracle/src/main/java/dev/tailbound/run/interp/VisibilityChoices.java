package dev.tailbound.run.interp;

import java.util.ArrayList;
import java.util.List;

/// Enumerates all choices of slot contents that a run's tail calls can see, depth-first: each run repeats the choices of the previous one up to the
/// last that has an alternative.
final class VisibilityChoices implements Slots.Visibility {
    private final List<Integer> picks = new ArrayList<>();
    private final List<Integer> choices = new ArrayList<>();
    private int next;

    /// Among equal contents picks the oldest, which leaves most choices for later tail calls.
    @Override
    public int pick(List<String> contents) {
        var different = contents.stream().distinct().toList();
        return contents.indexOf(different.get(pick(different.size())));
    }

    private int pick(int count) {
        if (count == 1) {
            return 0;
        }
        if (next == picks.size()) {
            picks.add(0);
            choices.add(count);
        }
        return picks.get(next++);
    }

    /// Advances to the next run's choices; false if none is left.
    boolean advance() {
        next = 0;
        while (!picks.isEmpty()) {
            int last = picks.removeLast() + 1;
            int count = choices.removeLast();
            if (last < count) {
                picks.add(last);
                choices.add(count);
                return true;
            }
        }
        return false;
    }
}
