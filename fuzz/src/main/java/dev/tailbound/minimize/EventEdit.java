package dev.tailbound.minimize;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Changes of a case's events, alone or together with the programs they refer to.
final class EventEdit {
    private EventEdit() {}

    static List<Event> kept(Case source, Predicate<Event> isKept) {
        return source.events().stream().filter(isKept).toList();
    }

    /// Events that put the program into a slot clear the slot instead.
    static List<Event> withoutProgram(Case source, String name) {
        return finishing(kept(source, event -> !isIn(event, name)).stream().map(event -> event.program().equals(name)
                ? with(event, "")
                : event).toList());
    }

    /// Events that put the program into a slot put another one there instead.
    static List<Event> mergedProgram(Case source, String name, String into) {
        return kept(source, event -> !isIn(event, name)).stream().map(event -> event.program().equals(name) ? with(event, into)
                : event).toList();
    }

    static List<Event> withoutMap(Case source, int map) {
        return kept(source, event -> event.map() != map).stream().map(event -> event.map() < map ? event
                : new Event(event.place(), event.map() - 1, event.key(), event.program())).toList();
    }

    /// The events at the same instructions of a changed program; if an instruction is gone, at the next one that remains.
    static List<Event> moved(Case source, Program before, Program after) {
        if (source.events().stream().noneMatch(event -> isIn(event, before.name()))) {
            return source.events();
        }
        var moved = moved(before, after);
        return source.events().stream()
                .map(event -> event.place() instanceof Place.Before(var name, int insn) && name.equals(before.name())
                        ? with(event, new Place.Before(name, moved[insn]))
                        : event)
                .filter(event -> !(event.place() instanceof Place.Before(var name, int insn) && name.equals(after.name())
                        && insn >= after.size()))
                .toList();
    }

    /// Positions of a program's instructions in its changed version; unchanged if nothing was removed or inserted.
    private static int[] moved(Program before, Program after) {
        if (before.size() == after.size()) {
            return IntStream.range(0, before.size()).toArray();
        }
        var moved = new int[before.size()];
        int next = 0;
        for (int i = 0; i < moved.length; i++) {
            moved[i] = next;
            if (next < after.size() && isSame(before.insn(i), after.insn(next))) {
                next++;
            }
        }
        return next == after.size() ? moved : betweenEnds(before, after);
    }

    /// The common beginning keeps its positions; the common end is shifted.
    private static int[] betweenEnds(Program before, Program after) {
        int shorter = Math.min(before.size(), after.size());
        int front = 0;
        while (front < shorter && isSame(before.insn(front), after.insn(front))) {
            front++;
        }
        int back = 0;
        while (back < shorter - front && isSame(before.insn(before.size() - 1 - back), after.insn(after.size() - 1 - back))) {
            back++;
        }
        int changed = front;
        int end = before.size() - back;
        int by = after.size() - before.size();
        return IntStream.range(0, before.size()).map(i -> i < changed ? i : i < end ? changed : i + by).toArray();
    }

    /// Compares without branch targets, which may have moved.
    private static boolean isSame(Insn one, Insn other) {
        return (one instanceof Branch a && other instanceof Branch b) ? a.retarget(b.target()).equals(b) : one.equals(other);
    }

    /// One case per event, without it.
    static Stream<Case> dropped(Case source) {
        return indices(source).mapToObj(
                gone -> source.withEvents(indices(source).filter(i -> i != gone).mapToObj(source.events()::get).toList()));
    }

    /// One case per event that fills a slot: the slot is filled before the run instead.
    static Stream<Case> applied(Case source) {
        return indices(source).filter(i -> !source.events().get(i).program().isEmpty()).mapToObj(i -> {
            var event = source.events().get(i);
            var array = (BpfMap.ProgArray) source.maps().get(event.map());
            var slots = new TreeMap<>(array.slots());
            slots.put(event.key(), event.program());
            var events = new ArrayList<>(source.events());
            events.remove(i);
            return CaseEdit.map(source, event.map(), new BpfMap.ProgArray(array.name(), array.entries(), slots))
                    .withEvents(events);
        });
    }

    /// Cases with an event that happens earlier, or that clears its slot.
    static Stream<Case> simplified(Case source) {
        return indices(source).boxed().flatMap(i -> simplified(source.events().get(i), source).map(event -> {
            var events = new ArrayList<>(source.events());
            events.set(i, event);
            return source.withEvents(finishing(events));
        }));
    }

    private static Stream<Event> simplified(Event event, Case source) {
        var sooner = switch (event.place()) {
            case Place.InHelper(int number) ->
                Stream.of(1, number - 1).filter(n -> n > 0 && n < number).<Place>map(Place.InHelper::new);
            case Place.ByHelper(int number) ->
                Stream.of(1, number - 1).filter(n -> n > 0 && n < number).<Place>map(Place.ByHelper::new);
            case Place.Before(var name, int insn) -> Stream.concat(Stream.of(0, insn / 2, insn - 1).filter(i -> i >= 0
                    && i < insn).map(i -> new Place.Before(name, i)),
                    name.equals(source.entry()) ? Stream.of() : Stream.<Place>of(new Place.Before(source.entry(), 0)));
        };
        return Stream.concat(event.program().isEmpty() ? Stream.of() : Stream.of(with(event, "")),
                sooner.map(place -> with(event, place)));
    }

    /// The events, where helper calls wait only for updates that can finish.
    private static List<Event> finishing(List<Event> events) {
        var possible = new ArrayList<Event>(events.size());
        boolean mayWait = false;
        for (var event : events) {
            mayWait |= event.program().isEmpty() || event.place() instanceof Place.Before;
            possible.add(mayWait && event.place() instanceof Place.ByHelper(int number) ? with(event, new Place.InHelper(number))
                    : event);
        }
        return possible;
    }

    private static boolean isIn(Event event, String program) {
        return event.place() instanceof Place.Before(var name, _) && name.equals(program);
    }

    private static Event with(Event event, Place place) {
        return new Event(place, event.map(), event.key(), event.program());
    }

    private static Event with(Event event, String program) {
        return new Event(event.place(), event.map(), event.key(), program);
    }

    private static IntStream indices(Case source) {
        return IntStream.range(0, source.events().size());
    }
}
