package dev.tailbound.run.interp;

import java.util.ArrayList;
import java.util.List;

/// All ways to decide what a run's tail calls see, one run after the other: each run picks as the one before, up to the last decision that can be
/// another one.
final class VisibilityChoices implements Slots.Visibility {
    private final List<Integer> picks = new ArrayList<>();
    private final List<Integer> choices = new ArrayList<>();
    private int next;

    /// Of what is the same the oldest, after which everything is possible that is after the others.
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

    /// Turns to the next way; false if there is none left.
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
