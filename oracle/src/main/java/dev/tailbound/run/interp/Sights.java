package dev.tailbound.run.interp;

import java.util.ArrayList;
import java.util.List;

/// All ways to decide what a run's tail calls see, one run after the other: each run picks as the one before, up to the last decision that can be
/// another one.
final class Sights implements Slots.Sight {
    private final List<Integer> picks = new ArrayList<>();
    private final List<Integer> choices = new ArrayList<>();
    private int next;

    @Override
    public int pick(int states) {
        if (next == picks.size()) {
            picks.add(0);
            choices.add(states);
        }
        return picks.get(next++);
    }

    /// Turns to the next way; false if there is none left.
    boolean advance() {
        next = 0;
        while (!picks.isEmpty()) {
            int last = picks.removeLast() + 1;
            int states = choices.removeLast();
            if (last < states) {
                picks.add(last);
                choices.add(states);
                return true;
            }
        }
        return false;
    }
}
