package dev.tailbound.forms.elf;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.forms.elf.BtfImage.Part;
import dev.tailbound.forms.elf.ElfImage.Section;
import dev.tailbound.forms.elf.ElfImage.Symbol;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Writes maps into an object: section `.maps` with BTF, and sections of global variables.
final class MapImages {
    private static final Pattern VARIABLES = Pattern.compile("\\.(?:data|rodata|bss)(?:\\..*)?");
    private static final int TYPE_ARRAY = 2;
    private static final int TYPE_PROG_ARRAY = 3;
    private static final int R_BPF_64_ABS64 = 2;

    private final ElfImage image;
    private final BtfImage btf;
    /// The symbols of programs.
    private final Map<String, Symbol> programs;
    private final ByteArrayOutputStream definitions = new ByteArrayOutputStream();
    private final List<Part> variables = new ArrayList<>();
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private final SortedMap<Integer, String> pointers = new TreeMap<>();

    MapImages(ElfImage image, BtfImage btf, Map<String, Symbol> programs) {
        this.image = image;
        this.btf = btf;
        this.programs = programs;
    }

    /// A map of section `.maps`; an array starts as zeros.
    void define(BpfMap map) {
        var members = new ArrayList<Part>();
        var slots = map instanceof BpfMap.ProgArray array ? array.slots() : new TreeMap<Integer, String>();
        number(members, "type", map instanceof BpfMap.ProgArray ? TYPE_PROG_ARRAY : TYPE_ARRAY);
        number(members, "max_entries", map.entries());
        number(members, "key_size", Integer.BYTES);
        if (map instanceof BpfMap.Array array) {
            number(members, "value_size", array.valueSize());
        }
        int numbers = Long.BYTES * members.size();
        if (!slots.isEmpty()) {
            members.add(new Part("values", btf.array(btf.pointer(btf.prototype()), 0), Byte.SIZE * numbers, 0));
        }
        int size = numbers + (slots.isEmpty() ? 0 : Long.BYTES * (slots.lastKey() + 1));
        int offset = definitions.size();
        offsets.put(map.name(), offset);
        variables.add(new Part(map.name(), btf.variable(map.name(), btf.structure(members, numbers)), offset, size));
        slots.forEach((key, program) -> pointers.put(offset + numbers + Long.BYTES * key, program));
        definitions.writeBytes(new byte[size]);
    }

    private void number(List<Part> members, String name, int value) {
        members.add(new Part(name, btf.number(value), Byte.SIZE * Long.BYTES * members.size(), 0));
    }

    /// The symbols of the maps defined, by name.
    Map<String, Symbol> symbols() {
        var symbols = new LinkedHashMap<String, Symbol>();
        if (!variables.isEmpty()) {
            var section = image.add(new Section(".maps", Elf.PROGBITS, Elf.WRITE | Elf.ALLOC, definitions.toByteArray()));
            pointers.forEach((offset, program) -> section.relocate(offset, R_BPF_64_ABS64, programs.get(program)));
            btf.section(section.name, variables, definitions.size());
            variables.forEach(variable -> symbols.put(variable.name(),
                    image.add(new Symbol(variable.name(), Elf.OBJECT, false, section, variable.offset(), variable.size()))));
        }
        return symbols;
    }

    /// A section that consists of one variable with the map's name.
    Symbol variable(BpfMap.Array map) {
        var content = map.init().isEmpty() ? new byte[map.valueSize()] : map.init().get(0).toArray();
        var name = section(map);
        long flags = name.startsWith(".rodata") ? Elf.ALLOC : Elf.WRITE | Elf.ALLOC;
        var section = image.add(new Section(name, name.startsWith(".bss") ? Elf.NOBITS : Elf.PROGBITS, flags, content));
        return image.add(new Symbol(map.name(), Elf.OBJECT, false, section, 0, content.length));
    }

    /// The name of the section that the map becomes: its own if that is a section of variables, otherwise `.data.NAME`.
    static String section(BpfMap.Array map) {
        boolean isVariables = VARIABLES.matcher(map.name()).matches() && (!map.name().startsWith(".bss") || map.init().isEmpty());
        return isVariables ? map.name() : ".data." + map.name();
    }
}
