package dev.tailbound.run.interp;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The slots of program arrays as the tail calls of a run see them, while the case's events change them.
///
/// Each tail call sees the updates of a slot one after the other, but when is not fixed: where several states are possible, a [Sight] decides.
final class Slots {

    /// Picks one of several states that a tail call may see, 0 being the oldest.
    @FunctionalInterface
    interface Sight {
        /// Updates are seen at once.
        Sight NEWEST = states -> states - 1;

        int pick(int states);
    }

    /// A tail call of the case, and the slot it looks at.
    private record Look(int program, int insn, int map, int key) {}

    private final Case source;
    private final Sight sight;
    private final int events;
    private final Map<Look, Integer> seen = new HashMap<>();
    private int begun;
    private int helperCalls;

    Slots(Case source, Sight sight) {
        this(source, sight, source.events().size());
    }

    /// No more than the first so many events happen.
    Slots(Case source, Sight sight, int events) {
        this.source = source;
        this.sight = sight;
        this.events = events;
    }

    void helperCalled() {
        helperCalls++;
        begin(Integer.MIN_VALUE, 0);
    }

    /// The instruction is about to run.
    void before(int program, int insn) {
        begin(program, insn);
    }

    private void begin(int program, int insn) {
        while (begun < events && isReached(source.events().get(begun).place(), program, insn)) {
            begun++;
        }
    }

    private boolean isReached(Place place, int program, int insn) {
        return switch (place) {
            case Place.InHelper(int number) -> helperCalls >= number;
            case Place.Before(var name, int at) -> source.programIndex(name) == program && at == insn;
        };
    }

    /// The program that the tail call at this place finds in the slot; null for none.
    String look(int program, int insn, int map, int key) {
        if (begun == 0) {
            return initial(map).get(key);
        }
        var states = states(map, key);
        var look = new Look(program, insn, map, key);
        int oldest = seen.getOrDefault(look, 0);
        int newest = states.size() - 1;
        int state = oldest == newest ? newest : oldest + sight.pick(newest - oldest + 1);
        seen.put(look, state);
        return states.get(state);
    }

    private List<String> states(int map, int key) {
        var states = new ArrayList<String>();
        states.add(initial(map).get(key));
        for (Event event : source.events().subList(0, begun)) {
            if (event.map() == map && event.key() == key) {
                states.add(event.program().isEmpty() ? null : event.program());
            }
        }
        return states;
    }

    private Map<Integer, String> initial(int map) {
        return ((BpfMap.ProgArray) source.maps().get(map)).slots();
    }
}
