package dev.tailbound.cases;

import dev.tailbound.isa.Program;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Everything needed for one run: maps, programs, the entry program, its context and the expected results.
///
/// `comment` is the text of the file's leading `#` lines. Instructions refer to maps by index in `maps`, program arrays to programs by name.
///
/// @param events         updates of program arrays during the run, in order
/// @param proEpilogue    prologue and epilogue that kernels generate around the programs
/// @param kernelEnvironment   kernel modules that the case defines
/// @param attachments    programs attached to functions of other programs
/// @param expectation    results under the tail call rule of kernels from 6.12 on
/// @param expectationV61 results under kernel 6.1's rule; usually the same
/// @param expectationBig results on big-endian targets under the rule of kernels from 6.12 on; usually the same
public record Case(String comment, List<BpfMap> maps, List<Program> programs, String entry, Context context,
        Environment environment, List<Event> events, ProEpilogue proEpilogue, KernelEnvironment kernelEnvironment,
        Attachments attachments, Expectation expectation, Expectation expectationV61, Expectation expectationBig) {

    public Case {
        maps = List.copyOf(maps);
        programs = List.copyOf(programs);
        events = List.copyOf(events);
        CaseLimits.requireAtMost(CaseLimits.MAPS, "maps", maps);
        CaseLimits.requireAtMost(CaseLimits.PROGRAMS, "programs", programs);
        CaseLimits.requireAtMost(CaseLimits.EVENTS, "events", events);
        CaseLimits.requireMemory(maps.size(), maps.stream().mapToLong(BpfMap::bytes).sum());
        requireInsns(programs);
        requireDistinct("map", maps.stream().map(BpfMap::name));
        var names = requireDistinct("program", programs.stream().map(Program::name));
        requireProgram(names, entry, "run");
        for (var map : maps) {
            if (map instanceof BpfMap.ProgArray array) {
                array.slots().values().forEach(program -> requireProgram(names, program, "map " + map.name()));
            }
        }
        requireFinished(events);
        for (var event : events) {
            requireSlot(maps.get(event.map()), event.key());
            if (!event.program().isEmpty()) {
                requireProgram(names, event.program(), "event");
            }
        }
        proEpilogue.stream().forEach(
                generated -> generated.programs().forEach(program -> requireProgram(names, program, generated.kind().word())));
        proEpilogue.stream().forEach(generated -> kernelEnvironment.number(generated.callees()));
        for (var attachment : attachments.list()) {
            requireProgram(names, attachment.program(), "attach");
            requireProgram(names, attachment.target(), "attach");
        }
    }

    /// A case without events, generated code, modules and attachments, with the same results everywhere.
    public Case(String comment, List<BpfMap> maps, List<Program> programs, String entry, Context context, Environment environment,
            Expectation expectation) {
        this(comment, maps, programs, entry, context, environment, List.of(), ProEpilogue.NONE, KernelEnvironment.NONE,
                Attachments.NONE, expectation, expectation, expectation);
    }

    /// Index of the program with this name; throws [IllegalArgumentException] if there is none.
    public int programIndex(String name) {
        for (int i = 0; i < programs.size(); i++) {
            if (programs.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no program " + name);
    }

    /// Index of each program by its name, for many lookups.
    public Map<String, Integer> programIndexes() {
        var indexes = new HashMap<String, Integer>();
        programs.forEach(program -> indexes.put(program.name(), indexes.size()));
        return indexes;
    }

    public Program entryProgram() {
        return programs.get(programIndex(entry));
    }

    public Case withMaps(List<BpfMap> changed) {
        return with(parts -> parts.maps = changed);
    }

    public Case withPrograms(List<Program> changed) {
        return with(parts -> parts.programs = changed);
    }

    public Case withContext(Context changed) {
        return with(parts -> parts.context = changed);
    }

    public Case withEnvironment(Environment changed) {
        return with(parts -> parts.environment = changed);
    }

    /// The same programs with other input.
    public Case withInput(List<BpfMap> changedMaps, Context changedContext, Environment changedEnvironment) {
        return with(parts -> {
            parts.maps = changedMaps;
            parts.context = changedContext;
            parts.environment = changedEnvironment;
        });
    }

    /// A copy with the same expectation under both tail call rules and in both byte orders.
    public Case withExpectation(Expectation changed) {
        return with(parts -> {
            parts.expectation = changed;
            parts.expectationV61 = changed;
            parts.expectationBig = changed;
        });
    }

    public Case withEvents(List<Event> changed) {
        return with(parts -> parts.events = changed);
    }

    public Case withProEpilogue(ProEpilogue changed) {
        return with(parts -> parts.proEpilogue = changed);
    }

    public Case withAttachments(Attachments changed) {
        return with(parts -> parts.attachments = changed);
    }

    public Case withKernelEnvironment(KernelEnvironment changed) {
        return with(parts -> parts.kernelEnvironment = changed);
    }

    private Case with(Consumer<Parts> change) {
        var parts = new Parts();
        change.accept(parts);
        return new Case(comment, parts.maps, parts.programs, entry, parts.context, parts.environment, parts.events,
                parts.proEpilogue, parts.kernelEnvironment, parts.attachments, parts.expectation, parts.expectationV61,
                parts.expectationBig);
    }

    /// The program at this index with its prologue and epilogue.
    public EffectiveProgram whole(int program) {
        return EffectiveProgram.of(programs.get(program), proEpilogue, kernelEnvironment);
    }

    /// A place as messages name it, with the slot number that kernels and bpftool print: `entry insn 9 (call bpf_tail_call)`.
    public String place(int program, int insn) {
        var whole = whole(program);
        return "%s %s (%s)".formatted(whole.program().name(), whole.place(insn),
                whole.text(insn, maps.stream().map(BpfMap::name).toList()));
    }

    /// All programs with their prologues and epilogues.
    public List<EffectiveProgram> wholes() {
        return programs.stream().map(program -> EffectiveProgram.of(program, proEpilogue, kernelEnvironment)).toList();
    }

    /// Programs that a tail call may reach, before or after the run's events.
    public Set<String> tailCallTargets() {
        var targets = new HashSet<String>();
        for (var map : maps) {
            if (map instanceof BpfMap.ProgArray array) {
                targets.addAll(array.slots().values());
            }
        }
        events.stream().map(Event::program).filter(program -> !program.isEmpty()).forEach(targets::add);
        return targets;
    }

    /// Whether the updates that have finished by a helper call can do so.
    private static void requireFinished(List<Event> events) {
        boolean mayWait = false;
        for (var event : events) {
            mayWait |= event.program().isEmpty() || event.place() instanceof Event.Place.Before;
            if (mayWait && event.place() instanceof Event.Place.ByHelper(int number)) {
                throw new IllegalArgumentException(
                        "event: an update by helper %d can neither clear a slot nor follow an update that does, or that is before an instruction"
                                .formatted(number));
            }
        }
    }

    private static void requireSlot(BpfMap map, int key) {
        if (!(map instanceof BpfMap.ProgArray)) {
            throw new IllegalArgumentException("event: map %s is an array, expected a program array".formatted(map.name()));
        }
        if (key < 0 || key >= map.entries()) {
            throw new IllegalArgumentException(
                    "event: key %d of map %s is outside 0..%d".formatted(key, map.name(), map.entries() - 1));
        }
    }

    private static void requireInsns(List<Program> programs) {
        long insns = programs.stream().mapToLong(Program::size).sum();
        if (insns > CaseLimits.INSNS) {
            throw new IllegalArgumentException(
                    "%d programs have %d instructions, expected at most %d".formatted(programs.size(), insns, CaseLimits.INSNS));
        }
    }

    private static Set<String> requireDistinct(String kind, Stream<String> names) {
        var seen = new HashSet<String>();
        names.forEach(name -> {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("%s %s is defined twice".formatted(kind, name));
            }
        });
        return seen;
    }

    private static void requireProgram(Set<String> programs, String name, String where) {
        if (!programs.contains(name)) {
            throw new IllegalArgumentException("%s: unknown program %s".formatted(where, name));
        }
    }

    /// The parts that a copy of this case may change.
    private final class Parts {
        private List<BpfMap> maps = Case.this.maps;
        private List<Program> programs = Case.this.programs;
        private Context context = Case.this.context;
        private Environment environment = Case.this.environment;
        private List<Event> events = Case.this.events;
        private ProEpilogue proEpilogue = Case.this.proEpilogue;
        private KernelEnvironment kernelEnvironment = Case.this.kernelEnvironment;
        private Attachments attachments = Case.this.attachments;
        private Expectation expectation = Case.this.expectation;
        private Expectation expectationV61 = Case.this.expectationV61;
        private Expectation expectationBig = Case.this.expectationBig;
    }
}
