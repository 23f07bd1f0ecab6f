package dev.tailbound.cases;

import dev.tailbound.cases.Event.Place;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads the lines of an `-- events` section: `in helper N: MAP[KEY] = PROGRAM` or `before PROGRAM SLOT: MAP[KEY] = PROGRAM`, without a program to
/// clear the slot.
final class EventReader {
    private static final Pattern LINE = Pattern.compile(
            "(in helper|by helper|before \\S+) (\\d+)\\s*:\\s*([^\\[\\s]+)\\[(\\d+)]\\s*=\\s*(\\S*)");

    private EventReader() {}

    static List<Event> read(Section section, List<BpfMap> maps, List<Program> programs) {
        var events = new ArrayList<Event>();
        var names = maps.stream().map(BpfMap::name).toList();
        for (var line : section.lines()) {
            if (events.size() == CaseLimits.EVENTS) {
                throw section.bad(line.number(), "more than %d events".formatted(CaseLimits.EVENTS));
            }
            var matcher = LINE.matcher(line.text());
            if (!matcher.matches()) {
                throw section.bad(line.number(),
                        "expected 'in helper N: MAP[KEY] = PROGRAM', 'by helper N: ...' or 'before PROGRAM N: MAP[KEY] = PROGRAM', found "
                                + BadInput.quoted(line.text()));
            }
            int number = section.count(line.number(), "place", matcher.group(2));
            var place = switch (matcher.group(1)) {
                case "in helper" -> new Place.InHelper(number);
                case "by helper" -> new Place.ByHelper(number);
                case String before -> before(section, line, before.substring("before ".length()), number, programs);
            };
            int map = names.indexOf(matcher.group(3));
            if (map < 0) {
                throw section.bad(line.number(), "unknown map " + BadInput.quoted(matcher.group(3)));
            }
            events.add(new Event(place, map, section.count(line.number(), "key", matcher.group(4)), matcher.group(5)));
        }
        return events;
    }

    private static Place before(Section section, Section.Line line, String name, int slot, List<Program> programs) {
        for (var program : programs) {
            if (program.name().equals(name)) {
                int insn = program.insnAt(slot);
                if (insn < 0) {
                    throw section.bad(line.number(), "%s has no insn %d".formatted(name, slot));
                }
                return new Place.Before(name, insn);
            }
        }
        throw section.bad(line.number(), "unknown program " + BadInput.quoted(name));
    }
}
