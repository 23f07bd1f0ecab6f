package dev.tailbound.minimize;

import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Generated;
import dev.tailbound.cases.ProEpilogue;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.LoadMap;
import dev.tailbound.isa.Insn.LoadMapValue;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Changes of a case that keep references between its parts valid.
final class CaseEdit {
    private CaseEdit() {}

    static Case program(Case source, int index, Program program) {
        var programs = new ArrayList<>(source.programs());
        programs.set(index, program);
        return rebuilt(source, source.maps(), programs, EventEdit.moved(source, source.programs().get(index), program),
                source.proEpilogue());
    }

    static Case map(Case source, int index, BpfMap map) {
        var maps = new ArrayList<>(source.maps());
        maps.set(index, map);
        var events = EventEdit.kept(source, event -> event.map() != index || event.key() < map.entries());
        return rebuilt(source, maps, source.programs(), events, source.proEpilogue());
    }

    /// The case without one of its programs, which must not be the entry; its slots become empty.
    static Case withoutProgram(Case source, int index) {
        var name = source.programs().get(index).name();
        var programs = new ArrayList<>(source.programs());
        programs.remove(index);
        var maps = source.maps().stream().map(map -> map instanceof BpfMap.ProgArray array ? without(array, name) : map).toList();
        return rebuilt(source, maps, programs, EventEdit.withoutProgram(source, name),
                ProEpilogueEdit.withoutProgram(source.proEpilogue(), name));
    }

    /// The case with one of its programs replaced by another one: in slots, and as the entry.
    static Case mergedProgram(Case source, int index, String into) {
        var name = source.programs().get(index).name();
        var programs = new ArrayList<>(source.programs());
        programs.remove(index);
        var maps = source.maps().stream().map(map -> map instanceof BpfMap.ProgArray array ? renamed(array, name, into) : map)
                .toList();
        return new Case(source.comment(), maps, programs, source.entry().equals(name) ? into : source.entry(), source.context(),
                source.environment(), EventEdit.mergedProgram(source, name, into),
                ProEpilogueEdit.mergedProgram(source.proEpilogue(), name, into), source.kernelEnvironment(),
                AttachmentEdit.among(source, programs), source.expectation(), source.expectationV61(), source.expectationBig());
    }

    /// The case without one of its maps, which no instruction may refer to.
    static Case withoutMap(Case source, int index) {
        var maps = new ArrayList<>(source.maps());
        maps.remove(index);
        UnaryOperator<Program> renumber = program -> mapped(program, insn -> switch (insn) {
            case LoadMap(var dst, int map) when map > index -> new LoadMap(dst, map - 1);
            case LoadMapValue(var dst, int map, int off) when map > index -> new LoadMapValue(dst, map - 1, off);
            default -> insn;
        });
        return rebuilt(source, maps, source.programs().stream().map(renumber).toList(), EventEdit.withoutMap(source, index),
                ProEpilogueEdit.mapped(source.proEpilogue(), renumber));
    }

    /// Builds the case in one step: events, generated code and attachments must never refer to something that is gone.
    private static Case rebuilt(Case source, List<BpfMap> maps, List<Program> programs, List<Event> events,
            ProEpilogue generated) {
        return source.withEvents(List.of()).withProEpilogue(ProEpilogue.NONE).withAttachments(Attachments.NONE).withMaps(maps)
                .withPrograms(programs).withProEpilogue(generated).withEvents(events)
                .withAttachments(AttachmentEdit.among(source, programs));
    }

    /// Whether any instruction refers to the map.
    static boolean isUsed(Case source, int map) {
        var code = Stream.concat(source.programs().stream(), source.proEpilogue().stream().map(Generated::code));
        return code.flatMap(program -> program.insns().stream()).anyMatch(insn -> switch (insn) {
            case LoadMap i -> i.map() == map;
            case LoadMapValue i -> i.map() == map;
            default -> false;
        });
    }

    private static BpfMap.ProgArray without(BpfMap.ProgArray array, String program) {
        var slots = new TreeMap<>(array.slots());
        slots.values().removeIf(program::equals);
        return new BpfMap.ProgArray(array.name(), array.entries(), slots);
    }

    private static BpfMap.ProgArray renamed(BpfMap.ProgArray array, String from, String to) {
        var slots = new TreeMap<>(array.slots());
        slots.replaceAll((_, program) -> program.equals(from) ? to : program);
        return new BpfMap.ProgArray(array.name(), array.entries(), slots);
    }

    private static Program mapped(Program program, UnaryOperator<Insn> change) {
        List<Insn> insns = program.insns().stream().map(change).toList();
        return new Program(program.name(), insns, program.labels());
    }
}
