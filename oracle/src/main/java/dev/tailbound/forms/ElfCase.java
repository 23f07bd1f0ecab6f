package dev.tailbound.forms;

import static java.util.stream.Collectors.joining;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseLimits;
import dev.tailbound.forms.elf.BpfObject;
import dev.tailbound.forms.elf.Function;
import dev.tailbound.forms.elf.Linked;
import dev.tailbound.forms.elf.ProgramType;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The case of an object: the program it enters, those that may follow by tail calls, and their maps.
final class ElfCase {
    private static final Pattern RUN = Pattern.compile("--\\s*run\\s+(\\S+)\\s*");
    /// Maximum number of names listed in a comment.
    private static final int MAX_LISTED = 8;

    private final Source source;
    private final BpfObject object;
    private final ImportOptions options;
    private final CaseDraft draft;
    /// The programs of the object by the names they have in the case.
    private final Map<String, Function> entries = new LinkedHashMap<>();
    private final Map<String, Linked> kept = new LinkedHashMap<>();

    ElfCase(Source source, BpfObject object, ImportOptions options) {
        this.source = source;
        this.object = object;
        this.options = options;
        draft = new CaseDraft(source);
        var names = new Names(draft, "program");
        object.entries().forEach(function -> entries.put(names.unique(function.name()), function));
    }

    Case read() {
        if (entries.isEmpty()) {
            throw bad("expected a program: a global function in a section such as SEC(\"tc\"), found none");
        }
        var maps = new ElfMaps(source, object, draft, programNames(), options.slots());
        var entry = entry(maps);
        link(entry, maps);
        maps.define(kept.values());
        kept.forEach((name, linked) -> draft.program(program(name, linked, maps)));
        leftOut();
        kept.keySet().forEach(name -> guessType(name, entries.get(name).section()));
        return draft.build();
    }

    /// The names of programs in the case, by the names of their symbols.
    private Map<String, String> programNames() {
        var called = new TreeMap<String, String>();
        entries.forEach((name, function) -> called.putIfAbsent(function.name(), name));
        return called;
    }

    /// The program that the user names, or the first that no slot names.
    private String entry(ElfMaps maps) {
        var stated = options.entry().or(this::run);
        if (stated.isPresent()) {
            var wanted = stated.get();
            return entries.entrySet().stream()
                    .filter(each -> each.getKey().equals(wanted) || each.getValue().name().equals(wanted)).map(Map.Entry::getKey)
                    .findFirst().orElseThrow(() -> bad("expected one of the programs %s, found %s"
                            .formatted(listed(entries.keySet()), BadInput.quoted(wanted))));
        }
        var targets = new HashSet<>(maps.initialPrograms());
        options.slots().forEach(slot -> targets.add(slot.program()));
        var entry = entries.keySet().stream().filter(name -> !targets.contains(name)).findFirst()
                .orElse(entries.keySet().iterator().next());
        if (entries.size() > 1) {
            draft.guess("the case enters %s of the programs %s".formatted(entry, listed(entries.keySet())));
        }
        return entry;
    }

    /// The program that the side file enters.
    private Optional<String> run() {
        return options.side().flatMap(side -> side.lines().stream().map(RUN::matcher).filter(Matcher::matches)
                .map(matcher -> matcher.group(1)).findFirst());
    }

    /// Links the program entered first, and each one that a slot or the side file may put there.
    private void link(String entry, ElfMaps maps) {
        var waiting = new ArrayDeque<>(List.of(entry));
        var stated = stated();
        entries.keySet().stream().filter(stated::contains).forEach(waiting::add);
        waiting.addAll(maps.programsInFilled());
        int insns = 0;
        while (!waiting.isEmpty()) {
            var name = waiting.remove();
            if (!kept.containsKey(name)) {
                var linked = object.link(entries.get(name));
                insns += linked.code().length() / Long.BYTES;
                if (insns > CaseLimits.INSNS) {
                    throw bad("the programs have more than %d instructions with their subprograms".formatted(CaseLimits.INSNS));
                }
                kept.put(name, linked);
                waiting.addAll(maps.programsIn(linked));
            }
        }
    }

    /// The programs that options name, and all words of the side file.
    private Set<String> stated() {
        var stated = options.slots().stream().map(SlotFill::program).collect(Collectors.toCollection(HashSet::new));
        options.side().ifPresent(side -> stated.addAll(Arrays.asList(side.text().split("[^\\w.$]+"))));
        return stated;
    }

    private Program program(String name, Linked linked, ElfMaps maps) {
        var code = ByteBuffer.wrap(linked.code().toArray()).order(ByteOrder.LITTLE_ENDIAN);
        linked.references().forEach(reference -> maps.resolve(reference, code));
        try {
            var decoded = Decoder.decode(name, code.array());
            var labels = new TreeMap<Integer, String>();
            var names = new Names(draft, "function");
            linked.functions().tailMap(1).forEach((slot, function) -> labels.put(decoded.insnAt(slot), names.unique(function)));
            var program = new Program(name, decoded.insns(), labels);
            requireHelpers(program);
            return program;
        } catch (BadInput malformed) {
            throw malformed.in(source.file() + ": program " + name);
        }
    }

    private static void requireHelpers(Program program) {
        for (int i = 0; i < program.size(); i++) {
            if (program.insn(i) instanceof Insn.CallHelper(int id) && (Helper.byId(id).isEmpty() || id == Helper.TRACE.id())) {
                throw new BadInput("insn " + program.slotOf(i),
                        "helper %d is not supported, expected one of %s".formatted(id,
                                Arrays.stream(Helper.values()).filter(helper -> helper != Helper.TRACE)
                                        .map(helper -> helper.id() + " (" + helper.symbol() + ")").collect(joining(", "))));
            }
        }
    }

    private void leftOut() {
        var others = entries.keySet().stream().filter(name -> !kept.containsKey(name)).toList();
        if (!others.isEmpty()) {
            draft.comment("left out, as no slot names them: " + listed(others));
        }
    }

    private void guessType(String name, String section) {
        var type = ProgramType.ofSection(section);
        if (type.isEmpty()) {
            draft.guess("program %s, whose section %s names no type, is a SCHED_CLS program".formatted(name,
                    BadInput.quoted(section)));
        } else if (!type.get().hasSkb()) {
            draft.guess("program %s, of type %s, is given a struct __sk_buff as its context".formatted(name, type.get().name()));
        } else if (!type.get().name().equals("SCHED_CLS")) {
            draft.guess("program %s, of type %s, runs as a SCHED_CLS program".formatted(name, type.get().name()));
        }
    }

    private static String listed(Collection<String> names) {
        return names.stream().limit(MAX_LISTED).collect(joining(", "))
                + (names.size() > MAX_LISTED ? ", ... (%d in all)".formatted(names.size()) : "");
    }

    private BadInput bad(String complaint) {
        return new BadInput(source.file(), complaint);
    }
}
