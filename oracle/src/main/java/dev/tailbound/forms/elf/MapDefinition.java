package dev.tailbound.forms.elf;

import dev.tailbound.isa.BadInput;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A map as a variable of section `.maps` defines it by its type: `__uint(type, BPF_MAP_TYPE_ARRAY); __type(value, u64);` and so on.
///
/// Numbers that the definition leaves out are 0.
///
/// @param offset   of the variable in `.maps`
/// @param programs the functions that the initializer of `values` names, by slot
public record MapDefinition(String name, long offset, long type, long keySize, long valueSize, long entries, long flags,
        SortedMap<Integer, String> programs) {
    /// More members than the structure of a map has.
    private static final int MAX_MEMBERS = 64;
    /// `R_BPF_64_ABS64`, and its number in GNU as before 2.41.
    private static final List<Integer> POINTERS = List.of(2, 12);
    private static final int POINTER_BYTES = 8;

    public MapDefinition {
        programs = Collections.unmodifiableSortedMap(new TreeMap<>(programs));
    }

    /// The maps of an object, in the order of `.maps`.
    static List<MapDefinition> all(Elf elf, Elf.Section section, Btf btf) {
        var variables = elf.symbols().stream().filter(symbol -> symbol.section() == section.index() && !symbol.isSection())
                .sorted(Comparator.comparingLong(Elf.Symbol::value)).toList();
        var names = variables.stream().map(Elf.Symbol::name).collect(Collectors.toSet());
        var types = new HashMap<String, Integer>();
        btf.all(Btf.DATASEC).filter(type -> btf.name(type).equals(section.name()))
                .forEach(type -> btf.variables(type).filter(variable -> names.contains(btf.name(variable)))
                        .forEach(variable -> types.put(btf.name(variable), btf.target(variable))));
        var pointers = new TreeMap<Long, Elf.Relocation>();
        elf.relocations(section).forEach(relocation -> pointers.put(relocation.offset(), relocation));
        return variables.stream().filter(variable -> types.containsKey(variable.name()))
                .map(variable -> new Reader(section.data(), btf, variable, pointers).read(types.get(variable.name()))).toList();
    }

    /// Reads one variable.
    private record Reader(View section, Btf btf, Elf.Symbol variable, TreeMap<Long, Elf.Relocation> pointers) {
        MapDefinition read(int declared) {
            int type = btf.resolved(declared);
            if (!btf.isKind(type, Btf.STRUCT)) {
                throw bad("expected a structure, found a type of kind %d".formatted(btf.kind(type)));
            }
            var members = btf.members(type);
            if (members.size() > MAX_MEMBERS) {
                throw bad("%d members, expected at most %d".formatted(members.size(), MAX_MEMBERS));
            }
            var numbers = new HashMap<String, Long>();
            var programs = new TreeMap<Integer, String>();
            for (var member : members) {
                switch (member.name()) {
                    case "type", "max_entries", "map_flags", "key_size", "value_size" ->
                        numbers.put(member.name(), number(member));
                    case "key", "value" -> numbers.put(member.name() + "_size", size(member));
                    case "values" -> programs.putAll(functions(variable.value() + member.offset() / Byte.SIZE));
                    case "numa_node", "pinning", "map_extra" -> {
                        // They affect the map's place or lifetime, not its behaviour.
                    }
                    default -> throw bad("member %s is unknown".formatted(BadInput.quoted(member.name())));
                }
            }
            return new MapDefinition(variable.name(), variable.value(), get(numbers, "type"), get(numbers, "key_size"),
                    get(numbers, "value_size"), get(numbers, "max_entries"), get(numbers, "map_flags"), programs);
        }

        private static long get(Map<String, Long> numbers, String name) {
            return numbers.getOrDefault(name, 0L);
        }

        /// `__uint(name, N)` is `int (*name)[N]`.
        private long number(Btf.Member member) {
            int array = pointed(member);
            if (!btf.isKind(array, Btf.ARRAY)) {
                throw bad("%s: expected a pointer to an array, as __uint makes it".formatted(member.name()));
            }
            return btf.elements(array);
        }

        /// `__type(name, T)` is `T *name`.
        private long size(Btf.Member member) {
            return btf.size(pointed(member)).orElseThrow(() -> bad("%s: its type has no size".formatted(member.name())));
        }

        private int pointed(Btf.Member member) {
            int pointer = btf.resolved(member.type());
            if (!btf.isKind(pointer, Btf.PTR)) {
                throw bad("%s: expected a pointer, found a type of kind %d".formatted(member.name(), btf.kind(pointer)));
            }
            return btf.resolved(btf.target(pointer));
        }

        private SortedMap<Integer, String> functions(long from) {
            var functions = new TreeMap<Integer, String>();
            if (variable.size() > 0 && from > 0 && from <= variable.value() + variable.size()) {
                pointers.subMap(from, variable.value() + variable.size())
                        .forEach((at, pointer) -> functions.put(slot(at - from), function(pointer)));
            }
            return functions;
        }

        private int slot(long distance) {
            if (distance % POINTER_BYTES != 0) {
                throw bad("values: a relocation is %d bytes after its start, expected a multiple of %d".formatted(distance,
                        POINTER_BYTES));
            }
            return (int) (distance / POINTER_BYTES);
        }

        private String function(Elf.Relocation pointer) {
            if (!POINTERS.contains(pointer.type())) {
                throw bad("values: relocation of type %d, expected R_BPF_64_ABS64 (2)".formatted(pointer.type()));
            }
            return pointer.symbol().name();
        }

        private BadInput bad(String complaint) {
            return section.bad("map %s: %s".formatted(variable.name(), complaint));
        }
    }
}
