package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.forms.elf.BpfObject;
import dev.tailbound.forms.elf.Linked;
import dev.tailbound.forms.elf.MapDefinition;
import dev.tailbound.isa.BadInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The maps of an object's case: those of section `.maps` that its programs use, and the sections of global variables.
final class ElfMaps {
    private static final String DEFINITIONS = ".maps";
    private static final int PSEUDO_MAP = 1;
    private static final int PSEUDO_MAP_VALUE = 2;
    private static final int LD_IMM64 = 0x18;
    private static final int CALL = 0x85;
    private static final int MAP_DELETE_ELEM = 3;

    private static final int HASH = 1;
    private static final int ARRAY = 2;
    private static final int PROG_ARRAY = 3;
    private static final int PERCPU_HASH = 5;
    private static final int PERCPU_ARRAY = 6;
    /// `enum bpf_map_type`.
    private static final List<String> TYPES = List.of("UNSPEC", "HASH", "ARRAY", "PROG_ARRAY", "PERF_EVENT_ARRAY", "PERCPU_HASH",
            "PERCPU_ARRAY", "STACK_TRACE", "CGROUP_ARRAY", "LRU_HASH", "LRU_PERCPU_HASH", "LPM_TRIE", "ARRAY_OF_MAPS",
            "HASH_OF_MAPS", "DEVMAP", "SOCKMAP", "CPUMAP", "XSKMAP", "SOCKHASH", "CGROUP_STORAGE", "REUSEPORT_SOCKARRAY",
            "PERCPU_CGROUP_STORAGE", "QUEUE", "STACK", "SK_STORAGE", "DEVMAP_HASH", "STRUCT_OPS", "RINGBUF", "INODE_STORAGE",
            "TASK_STORAGE", "BLOOM_FILTER", "USER_RINGBUF", "CGRP_STORAGE", "ARENA");

    private final Source source;
    private final BpfObject object;
    private final CaseDraft draft;
    private final Map<Long, MapDefinition> definitions = new TreeMap<>();
    /// Names in the case of the programs, by their symbols' names.
    private final Map<String, String> programs;
    private final Set<String> filled;
    private final Map<String, Integer> positions = new HashMap<>();

    ElfMaps(Source source, BpfObject object, CaseDraft draft, Map<String, String> programs, List<SlotFill> slots) {
        this.source = source;
        this.object = object;
        this.draft = draft;
        this.programs = programs;
        filled = slots.stream().map(SlotFill::map).collect(Collectors.toSet());
        object.maps().forEach(definition -> definitions.putIfAbsent(definition.offset(), definition));
    }

    /// The programs that program arrays name when the object is loaded, as far as they are entry programs.
    Set<String> initialPrograms() {
        return definitions.values().stream().flatMap(definition -> definition.programs().values().stream())
                .filter(programs::containsKey).map(programs::get).collect(Collectors.toSet());
    }

    /// The programs in the program arrays that a program uses; throws [BadInput] if a slot names a function that is no entry program.
    List<String> programsIn(Linked linked) {
        return linked.references().stream().filter(reference -> reference.section().equals(DEFINITIONS)).map(this::definition)
                .distinct().flatMap(definition -> slots(definition).values().stream()).distinct().toList();
    }

    /// The same for the program arrays that options fill.
    List<String> programsInFilled() {
        return definitions.values().stream().filter(definition -> filled.contains(definition.name()))
                .flatMap(definition -> slots(definition).values().stream()).distinct().toList();
    }

    /// Makes the maps of these programs maps of the case.
    void define(Collection<Linked> linked) {
        var used = linked.stream().flatMap(program -> program.references().stream()).distinct().toList();
        var offsets = used.stream().filter(reference -> reference.section().equals(DEFINITIONS))
                .map(reference -> definition(reference).offset()).collect(Collectors.toSet());
        boolean deletes = linked.stream().anyMatch(ElfMaps::deletes);
        var names = new Names(draft, "map");
        definitions.forEach((offset, definition) -> {
            if (offsets.contains(offset) || filled.contains(definition.name())) {
                var name = names.unique(definition.name());
                positions.put(DEFINITIONS + offset, draft.map(name, () -> map(name, definition, deletes)));
            }
        });
        used.stream().map(Linked.Reference::section).filter(section -> !section.equals(DEFINITIONS)).distinct().sorted()
                .forEach(section -> positions.put(section, variables(names, section)));
    }

    /// Writes the position of the map that an instruction names into its immediates.
    void resolve(Linked.Reference reference, ByteBuffer code) {
        int at = Long.BYTES * reference.slot();
        boolean isMap = reference.section().equals(DEFINITIONS);
        int source = isMap ? PSEUDO_MAP : PSEUDO_MAP_VALUE;
        code.put(at + 1, (byte) ((code.get(at + 1) & 0xf) | source << 4));
        code.putInt(at + 4, positions.get(isMap ? DEFINITIONS + reference.offset() : reference.section()));
        code.putInt(at + 12, isMap ? 0 : (int) reference.offset());
    }

    private MapDefinition definition(Linked.Reference reference) {
        var definition = definitions.get(reference.offset());
        if (definition == null) {
            throw bad("an instruction names .maps+0x%x, where no map begins that BTF defines".formatted(reference.offset()));
        }
        return definition;
    }

    private static boolean deletes(Linked program) {
        var code = ByteBuffer.wrap(program.code().toArray()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < code.capacity(); at += Long.BYTES) {
            int opcode = code.get(at) & 0xff;
            if (opcode == CALL && code.get(at + 1) == 0 && code.getInt(at + 4) == MAP_DELETE_ELEM) {
                return true;
            }
            at += opcode == LD_IMM64 ? Long.BYTES : 0;
        }
        return false;
    }

    private int variables(Names names, String section) {
        var content = object.variables(section).orElseThrow(() -> bad(
                "an instruction names section %s, expected .maps, .data, .rodata or .bss".formatted(BadInput.quoted(section))));
        var name = names.unique(section);
        return draft.map(name, () -> {
            if (section.startsWith(".rodata")) {
                draft.guess("map %s may be written".formatted(name));
            }
            return new BpfMap.Array(name, content.length(), 1, new TreeMap<>(Map.of(0, content)));
        });
    }

    private BpfMap map(String name, MapDefinition definition, boolean deletes) {
        if (definition.flags() != 0) {
            draft.guess("map %s has no flags, but 0x%x".formatted(name, definition.flags()));
        }
        return switch ((int) definition.type()) {
            case ARRAY -> array(name, definition);
            case PERCPU_ARRAY -> {
                draft.guess("map %s, a per-CPU array, is an array: a case runs on one CPU".formatted(name));
                yield array(name, definition);
            }
            case HASH, PERCPU_HASH -> {
                if (definition.keySize() != Integer.BYTES || deletes) {
                    throw unsupported(name, definition, "except with keys of 4 bytes and programs that delete nothing");
                }
                draft.guess("map %s, a hash, is an array: every key below %d is there".formatted(name, definition.entries()));
                yield array(name, definition);
            }
            case PROG_ARRAY -> progArray(name, definition);
            default -> throw unsupported(name, definition, "expected an array, a per-CPU array or a program array");
        };
    }

    private BadInput unsupported(String name, MapDefinition definition, String reason) {
        long type = definition.type();
        return bad("map %s is of type %s, which is not supported: %s".formatted(name, type < TYPES.size() ? TYPES.get((int) type)
                : Long.toString(type), reason));
    }

    private BpfMap array(String name, MapDefinition definition) {
        if (definition.keySize() != Integer.BYTES) {
            throw bad("map %s has keys of %d bytes, expected 4".formatted(name, definition.keySize()));
        }
        int entries = requireInt(name, "max_entries", definition.entries());
        if (entries == 0) {
            draft.guess("map %s, which states no max_entries, has one entry".formatted(name));
        }
        return new BpfMap.Array(name, requireInt(name, "value_size", definition.valueSize()), Math.max(1, entries),
                new TreeMap<>());
    }

    private BpfMap progArray(String name, MapDefinition definition) {
        var slots = slots(definition);
        int entries = requireInt(name, "max_entries", definition.entries());
        if (entries == 0) {
            entries = slots.isEmpty() ? 1 : slots.lastKey() + 1;
            draft.guess("map %s, which states no max_entries, has %d".formatted(name, entries));
        }
        if (slots.isEmpty() && !filled.contains(name)) {
            draft.guess("map %s is empty; --slot %s[KEY]=PROGRAM fills it".formatted(name, name));
        }
        return new BpfMap.ProgArray(name, entries, slots);
    }

    private SortedMap<Integer, String> slots(MapDefinition definition) {
        var slots = new TreeMap<Integer, String>();
        if (definition.type() == PROG_ARRAY) {
            definition.programs().forEach((key, program) -> {
                var name = programs.get(program);
                if (name == null) {
                    throw bad("map %s: slot %d names %s, expected an entry program".formatted(definition.name(), key,
                            BadInput.quoted(program)));
                }
                slots.put(key, name);
            });
        }
        return slots;
    }

    private int requireInt(String name, String what, long value) {
        if (value > Integer.MAX_VALUE) {
            throw bad("map %s: %s is %d, expected at most %d".formatted(name, what, value, Integer.MAX_VALUE));
        }
        return (int) value;
    }

    private BadInput bad(String complaint) {
        return new BadInput(source.file(), complaint);
    }
}
