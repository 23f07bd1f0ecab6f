package dev.tailbound.generate;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import dev.tailbound.coverage.ProgramSurvey;
import dev.tailbound.coverage.ProgramSurvey.TailCall;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Generates updates of program arrays during a run: slots are filled, cleared or replaced, during helper calls or before instructions.
final class EventGenerator {
    /// Distance in instructions from an update to the tail call that it targets.
    private static final int AIMED = 6;

    private final Choices choices;
    private final Case source;
    private final List<BpfMap> maps;
    private final List<String> classifiers;
    private final List<Site> sites;
    private final boolean callsHelpers;

    private final List<Event> events = new ArrayList<>();
    private final Map<Slot, String> contents = new HashMap<>();
    private int helperCalls;

    /// A tail call and its program.
    private record Site(Program program, TailCall tailCall) {}

    private record Slot(int map, int key) {}

    /// The first `classifiers` programs are classifiers. The others are attached to them, or tail-called by attached programs.
    EventGenerator(Choices choices, Case source, int classifiers) {
        this.choices = choices;
        this.source = source;
        this.maps = new ArrayList<>(source.maps());
        this.classifiers = source.programs().stream().limit(classifiers).map(Program::name)
                .filter(name -> !isExtended(source, name)).toList();
        sites = source.programs().stream().flatMap(program -> new ProgramSurvey(program).tailCalls().stream()
                .filter(tailCall -> tailCall.map() >= 0).map(tailCall -> new Site(program, tailCall))).toList();
        callsHelpers = source.programs().stream().flatMap(program -> program.insns().stream()).anyMatch(EventGenerator::isEvent);
    }

    /// Kernels reject such programs in program arrays.
    private static boolean isExtended(Case source, String name) {
        return source.attachments().list().stream()
                .anyMatch(attachment -> attachment.kind() == Kind.FREPLACE && attachment.target().equals(name));
    }

    /// Whether it is a call that events count.
    private static boolean isEvent(Insn insn) {
        return insn instanceof Insn.CallHelper call && !call.isTailCall()
                && Helper.byId(call.id()).filter(Helper::mayBeInlined).isEmpty();
    }

    /// The case with events; unchanged if it has no tail calls.
    Case generate() {
        for (int i = sites.isEmpty() ? 0 : 1 + choices.weighted(35, 30, 20, 15); i > 0; i--) {
            var site = site();
            change(slot(site.tailCall()), site);
        }
        return source.withMaps(maps).withEvents(events);
    }

    /// Mostly one in the entry program, which always runs, and one with a known slot: on some machines it is a direct jump.
    private Site site() {
        var some = preferred(sites, site -> site.program().name().equals(source.entry()));
        return choices.pick(preferred(some, site -> site.tailCall().index() != TailCall.VARIABLE));
    }

    private List<Site> preferred(List<Site> all, Predicate<Site> wanted) {
        var some = all.stream().filter(wanted).toList();
        return some.isEmpty() || choices.oneIn(4) ? all : some;
    }

    private void change(Slot slot, Site site) {
        var candidates = programsFor(slot.map());
        if (!contents.containsKey(slot) && candidates.equals(classifiers) && choices.oneIn(3)) {
            empty(slot);
        }
        var present = contents.computeIfAbsent(slot, this::initial);
        var others = candidates.stream().filter(name -> !name.equals(present)).toList();
        boolean clears = !present.isEmpty() && (others.isEmpty() || choices.oneIn(2));
        if (clears || !others.isEmpty()) {
            var next = clears ? "" : choices.pick(others);
            contents.put(slot, next);
            events.add(new Event(place(site, clears), slot.map(), slot.key(), next));
        }
    }

    /// Initially empty slots are rare, and filling them takes the most update steps.
    private void empty(Slot slot) {
        var array = (BpfMap.ProgArray) maps.get(slot.map());
        var slots = new TreeMap<>(array.slots());
        slots.remove(slot.key());
        maps.set(slot.map(), new BpfMap.ProgArray(array.name(), array.entries(), slots));
        contents.put(slot, "");
    }

    /// The last slot again, or mostly one that the tail call may read.
    private Slot slot(TailCall tailCall) {
        if (!events.isEmpty() && choices.oneIn(3)) {
            return new Slot(events.getLast().map(), events.getLast().key());
        }
        int entries = array(tailCall.map()).entries();
        boolean isKnown = tailCall.index() != TailCall.VARIABLE && Integer.compareUnsigned((int) tailCall.index(), entries) < 0;
        return new Slot(tailCall.map(), isKnown && choices.below(8) > 0 ? (int) tailCall.index() : choices.below(entries));
    }

    private String initial(Slot slot) {
        return array(slot.map()).slots().getOrDefault(slot.key(), "");
    }

    private BpfMap.ProgArray array(int map) {
        return (BpfMap.ProgArray) source.maps().get(map);
    }

    /// Programs of the same type as those that use the array.
    private List<String> programsFor(int map) {
        var members = source.programs().stream()
                .filter(program -> array(map).slots().containsValue(program.name()) || uses(program, map)).map(Program::name)
                .toList();
        boolean isTraced = members.stream().flatMap(name -> source.attachments().of(name).stream()).map(Attachment::kind)
                .anyMatch(Kind::isTracing);
        return isTraced ? members : classifiers;
    }

    private static boolean uses(Program program, int map) {
        return program.insns().stream().anyMatch(insn -> insn instanceof Insn.LoadMap load && load.map() == map);
    }

    /// In one of the next helper calls, which may wait for it, or in the site's program, usually shortly before its tail call.
    private Place place(Site site, boolean clears) {
        if (callsHelpers && choices.oneIn(2)) {
            helperCalls += choices.between(helperCalls == 0 ? 1 : 0, 2);
            boolean mayFinish = !clears
                    && events.stream().noneMatch(event -> event.program().isEmpty() || event.place() instanceof Place.Before);
            return mayFinish && choices.oneIn(2) ? new Place.ByHelper(helperCalls) : new Place.InHelper(helperCalls);
        }
        var program = site.program();
        return new Place.Before(program.name(), choices.below(4) > 0
                ? Math.max(0, site.tailCall().at() - choices.below(AIMED))
                : choices.below(program.size()));
    }
}
