package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.forms.BpfCall.Alias;
import dev.tailbound.forms.BpfCall.MapCreate;
import dev.tailbound.forms.BpfCall.MapUpdate;
import dev.tailbound.forms.BpfCall.ProgLoad;
import dev.tailbound.forms.BpfCall.TestRun;
import dev.tailbound.forms.c.Slot;
import dev.tailbound.isa.BadInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes cases from the `bpf(2)` calls of a reproducer: one for each program that is run, or for each that no program array holds.
final class BpfCalls {
    private static final int MAX_PROGRAMS = 256;

    private static final int HASH = 1;
    private static final int ARRAY = 2;
    private static final int PROG_ARRAY = 3;
    private static final int PERCPU_ARRAY = 6;
    /// SOCKET_FILTER, SCHED_CLS, SCHED_ACT, CGROUP_SKB and the three of LWT.
    private static final Set<Integer> SKB_TYPES = Set.of(1, 3, 4, 8, 10, 11, 12);

    private final Source source;
    private final Map<String, MapCreate> maps = new HashMap<>();
    private final Map<String, ProgLoad> programs = new LinkedHashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Map<String, List<MapUpdate>> updates = new HashMap<>();
    private final Set<String> run = new LinkedHashSet<>();

    BpfCalls(Source source, List<BpfCall> calls) {
        this.source = source;
        for (var call : calls) {
            switch (call) {
                case MapCreate map -> maps.putIfAbsent(map.result(), map);
                case ProgLoad program -> programs.putIfAbsent(program.result(), program);
                case MapUpdate update -> updates.computeIfAbsent(resolved(update.map()), _ -> new ArrayList<>()).add(update);
                case TestRun(var program) -> run.add(resolved(program));
                case Alias(var name, var of) -> aliases.putIfAbsent(name, resolved(of));
            }
        }
        run.retainAll(programs.keySet());
    }

    private String resolved(String name) {
        return aliases.getOrDefault(name, name);
    }

    /// At least one case; throws [BadInput].
    List<Imported> cases(ImportOptions options) {
        if (programs.isEmpty() || programs.size() > MAX_PROGRAMS) {
            throw new BadInput(source.file(),
                    "expected 1 to %d calls that load a program, found %d".formatted(MAX_PROGRAMS, programs.size()));
        }
        var names = List.copyOf(programs.keySet());
        if (options.entry().isPresent()) {
            var entry = names.get(TestNames.chosen(source, names, options.entry().get()));
            return List.of(new Imported(entry, draft(entry).build()));
        }
        var entries = run.isEmpty() ? notTargets() : List.copyOf(run);
        var drafts = new ReadableTests(source, entries);
        entries.forEach(entry -> drafts.add(() -> draft(entry)));
        return drafts.cases();
    }

    private List<String> notTargets() {
        var targets = new LinkedHashSet<String>();
        updates.values().forEach(list -> list.forEach(update -> targets.add(resolved(update.program()))));
        var others = programs.keySet().stream().filter(program -> !targets.contains(program)).toList();
        return others.isEmpty() ? List.copyOf(programs.keySet()) : others;
    }

    private CaseDraft draft(String entry) {
        var draft = new CaseDraft(source);
        int type = programs.get(entry).type();
        if (!SKB_TYPES.contains(type)) {
            draft.guess("the context is a struct __sk_buff, not that of program type %d".formatted(type));
        }
        var done = new LinkedHashSet<String>();
        var pending = new ArrayDeque<>(List.of(entry));
        while (!pending.isEmpty()) {
            var name = pending.remove();
            if (done.add(name)) {
                program(draft, programs.get(name), pending);
            }
        }
        return draft;
    }

    /// Adds a program and the maps that it names; programs in program arrays become pending.
    private void program(CaseDraft draft, ProgLoad program, ArrayDeque<String> pending) {
        program.unreadable().ifPresent(why -> {
            throw why;
        });
        var slots = new ArrayList<Slot>();
        for (var slot : program.slots()) {
            var map = slot.map().isEmpty() ? null : maps.get(resolved(slot.map()));
            if (slot.namesMap() && map != null) {
                draft.map(map.result(), () -> map(draft, map, pending));
                slots.add(slot.withMap(map.result()));
            } else {
                slots.add(slot);
            }
        }
        MacroForm.guessMaps(draft, slots);
        draft.program(SlotProgram.decode(source.file(), program.result(), slots,
                slot -> draft.mapNames().indexOf(MacroForm.mapName(slot))));
    }

    private BpfMap map(CaseDraft draft, MapCreate map, ArrayDeque<String> pending) {
        var name = map.result();
        return switch (map.type()) {
            case ARRAY -> new BpfMap.Array(name, map.valueSize(), map.entries(), values(map));
            case PERCPU_ARRAY -> {
                draft.guess("per-CPU array %s is an array".formatted(name));
                yield new BpfMap.Array(name, map.valueSize(), map.entries(), values(map));
            }
            case HASH -> {
                draft.guess("hash %s with keys of %d bytes is an array".formatted(name, map.keySize()));
                yield new BpfMap.Array(name, map.valueSize(), map.entries(), new TreeMap<>());
            }
            case PROG_ARRAY -> {
                var slots = slots(map);
                pending.addAll(slots.values());
                yield new BpfMap.ProgArray(name, map.entries(), slots);
            }
            default -> throw new BadInput(source.at(map.line()),
                    "map %s has type %d, expected 2 (array) or 3 (program array)".formatted(name, map.type()));
        };
    }

    /// Updates that kernels would refuse, such as a key outside of the map, have no effect.
    private SortedMap<Integer, Bytes> values(MapCreate map) {
        var values = new TreeMap<Integer, Bytes>();
        for (var update : updates.getOrDefault(map.result(), List.of())) {
            if (update.program().isEmpty() && update.key() >= 0 && update.key() < map.entries()) {
                values.put(update.key(), update.value().resized(Math.min(update.value().length(), Math.max(0, map.valueSize()))));
            }
        }
        return values;
    }

    private SortedMap<Integer, String> slots(MapCreate map) {
        var slots = new TreeMap<Integer, String>();
        for (var update : updates.getOrDefault(map.result(), List.of())) {
            var program = resolved(update.program());
            if (programs.containsKey(program) && update.key() >= 0 && update.key() < map.entries()) {
                slots.put(update.key(), program);
            }
        }
        return slots;
    }
}
