package dev.tailbound.run.interp;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Contents of program array slots that a run's tail calls see while the case's events update them.
///
/// Each tail call sees the updates of a slot in order, but not at a fixed time: a [Visibility] decides when.
final class Slots {

    /// Picks the slot contents that a tail call sees.
    @FunctionalInterface
    interface Visibility {
        /// Updates are visible immediately.
        Visibility NEWEST = contents -> contents.size() - 1;

        /// Picks an index in the visible contents of a slot, ordered from oldest: program names, empty for none.
        int pick(List<String> contents);

        /// Called before each tail call, even if it does not read a slot.
        default void tailCall() {}
    }

    /// A tail call of the case, and the slot that it reads.
    private record Look(int program, int insn, int map, int key) {}

    private final Case source;
    private final Visibility sight;
    /// Indices of programs with an instruction before which an event begins.
    private final Map<String, Integer> programs = new HashMap<>();
    private final Map<Look, Integer> seen = new HashMap<>();
    private int begun;
    /// Number of events after which every tail call sees them.
    private int finished;
    private int helperCalls;

    Slots(Case source, Visibility sight) {
        this.source = source;
        this.sight = sight;
        for (var event : source.events()) {
            if (event.place() instanceof Place.Before(var name, _)) {
                programs.computeIfAbsent(name, source::programIndex);
            }
        }
    }

    void helperCalled() {
        helperCalls++;
        begin(Integer.MIN_VALUE, 0);
    }

    /// Called before an instruction runs.
    void before(int program, int insn) {
        begin(program, insn);
    }

    private void begin(int program, int insn) {
        while (begun < source.events().size() && isReached(source.events().get(begun).place(), program, insn)) {
            begun++;
            if (source.events().get(begun - 1).place() instanceof Place.ByHelper) {
                finished = begun;
            }
        }
    }

    private boolean isReached(Place place, int program, int insn) {
        return switch (place) {
            case Place.InHelper(int number) -> helperCalls >= number;
            case Place.ByHelper(int number) -> helperCalls >= number;
            case Place.Before(var name, int at) -> at == insn && programs.get(name) == program;
        };
    }

    void tailCall() {
        sight.tailCall();
    }

    /// The program that the tail call at this instruction sees in the slot; empty for none.
    String look(int program, int insn, int map, int key) {
        if (source.events().isEmpty()) {
            return initial(map, key);
        }
        var states = states(map, key, begun);
        var look = new Look(program, insn, map, key);
        int oldest = Math.max(seen.getOrDefault(look, 0), states(map, key, finished).size() - 1);
        int state = oldest + sight.pick(states.subList(oldest, states.size()));
        seen.put(look, state);
        return states.get(state);
    }

    /// The slot's contents before and after the first events.
    private List<String> states(int map, int key, int events) {
        var states = new ArrayList<String>();
        states.add(initial(map, key));
        for (Event event : source.events().subList(0, events)) {
            if (event.map() == map && event.key() == key) {
                states.add(event.program());
            }
        }
        return states;
    }

    private String initial(int map, int key) {
        return ((BpfMap.ProgArray) source.maps().get(map)).slots().getOrDefault(key, "");
    }
}
