package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A case's events without what they can no longer refer to.
final class EventEdit {
    private EventEdit() {}

    static List<Event> kept(Case source, Predicate<Event> isKept) {
        return source.events().stream().filter(isKept).toList();
    }

    /// Slots that the program was put into are cleared instead.
    static List<Event> withoutProgram(Case source, String name) {
        return kept(source, event -> !(event.place() instanceof Place.Before(var program, _) && program.equals(name))).stream()
                .map(event -> event.program().equals(name) ? new Event(event.place(), event.map(), event.key(), "") : event)
                .toList();
    }

    static List<Event> withoutMap(Case source, int map) {
        return kept(source, event -> event.map() != map).stream().map(event -> event.map() < map ? event
                : new Event(event.place(), event.map() - 1, event.key(), event.program())).toList();
    }

    /// The case without one of its events, for each.
    static Stream<Case> dropped(Case source) {
        return IntStream.range(0, source.events().size()).mapToObj(gone -> source.withEvents(IntStream.range(0, source.events()
                .size()).filter(i -> i != gone).mapToObj(source.events()::get).toList()));
    }
}
