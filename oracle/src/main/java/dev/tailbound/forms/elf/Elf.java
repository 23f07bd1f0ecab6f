package dev.tailbound.forms.elf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The sections, symbols and relocations of a relocatable ELF file for BPF: 64 bits, little-endian (`elf.h`).
final class Elf {
    /// `Elf64_Shdr`, as far as BPF objects need it.
    ///
    /// @param size bytes in memory; `data` is empty if the section takes no space in the file (`.bss`)
    record Section(int index, String name, int type, long flags, int link, int info, long size, View data) {
        boolean isCode() {
            return type == PROGBITS && (flags & EXECINSTR) != 0;
        }

        boolean isZero() {
            return type == NOBITS;
        }
    }

    /// `Elf64_Sym`.
    ///
    /// @param section the index of the section it is defined in, 0 for none
    /// @param value   its offset in that section
    record Symbol(String name, int type, boolean isLocal, int section, long value, long size) {
        boolean isFunction() {
            return type == FUNC;
        }

        boolean isSection() {
            return type == SECTION;
        }

        boolean isUndefined() {
            return section == 0;
        }
    }

    /// `Elf64_Rel` or `Elf64_Rela`.
    ///
    /// @param addend empty if the relocated field contains it
    record Relocation(long offset, int type, Symbol symbol, Optional<Long> addend) {}

    static final int MAGIC = 0x464c457f;
    private static final int HEADER_BYTES = 64;
    static final int EM_BPF = 247;
    static final int ET_REL = 1;
    static final int PROGBITS = 1;
    static final int SYMTAB = 2;
    static final int STRTAB = 3;
    private static final int RELA = 4;
    static final int NOBITS = 8;
    static final int REL = 9;
    static final long WRITE = 1;
    static final long ALLOC = 2;
    static final long EXECINSTR = 4;
    static final int NOTYPE = 0;
    static final int OBJECT = 1;
    static final int FUNC = 2;
    static final int SECTION = 3;
    /// Section numbers from here on are reserved (`SHN_LORESERVE`).
    private static final int RESERVED = 0xff00;
    /// More than any compiler writes; limits the cost of sections that share their bytes.
    private static final int MAX_SYMBOLS = 1 << 16;
    private static final int MAX_RELOCATIONS = 1 << 18;

    private final View file;
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Section> named = new HashMap<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<List<Relocation>> relocations = new ArrayList<>();

    private Elf(View file) {
        this.file = file;
    }

    static boolean hasMagic(byte... bytes) {
        return bytes.length >= Integer.BYTES && View.of("", "", bytes).s32(0) == MAGIC;
    }

    static Elf read(String file, byte... bytes) {
        var elf = new Elf(View.of(file, "", bytes));
        elf.requireBpf();
        elf.readSections();
        elf.readSymbols();
        elf.readRelocations();
        return elf;
    }

    List<Section> sections() {
        return sections;
    }

    List<Symbol> symbols() {
        return symbols;
    }

    /// The first section of this name.
    Optional<Section> section(String name) {
        return Optional.ofNullable(named.get(name));
    }

    /// The relocations of a section's bytes, in the file's order.
    List<Relocation> relocations(Section section) {
        return relocations.get(section.index);
    }

    private void requireBpf() {
        if (file.size() < HEADER_BYTES || file.s32(0) != MAGIC) {
            throw file.bad("expected an ELF file, found %d bytes without its header".formatted(file.size()));
        }
        if (file.u8(4) != 2) {
            throw file.bad("expected an ELF file of 64 bits, found class %d".formatted(file.u8(4)));
        }
        if (file.u8(5) != 1) {
            throw file.bad("expected a little-endian object (clang -target bpfel), found byte order %d%s".formatted(file.u8(5),
                    file.u8(5) == 2 ? " (big-endian, not supported yet)" : ""));
        }
        if (file.u16(18) != EM_BPF) {
            throw file.bad("expected an object for BPF (machine %d), found machine %d".formatted(EM_BPF, file.u16(18)));
        }
        if (file.u16(16) != ET_REL) {
            throw file.bad("expected a relocatable file (type %d), found type %d".formatted(ET_REL, file.u16(16)));
        }
    }

    private void readSections() {
        int entry = file.u16(58);
        int count = file.u16(60);
        if (count > 0 && entry != 64) {
            throw file.bad("section headers have %d bytes, expected 64".formatted(entry));
        }
        var headers = file.part("section headers", file.u64(40), 64L * count);
        for (int i = 0; i < count; i++) {
            sections.add(section(headers, i, ""));
        }
        int names = file.u16(62);
        if (count > 0) {
            var strings = table(names, "section header string table").data;
            sections.replaceAll(section -> section(headers, section.index, strings.string(headers.u32(64L * section.index))));
        }
        sections.forEach(section -> named.putIfAbsent(section.name, section));
    }

    private Section section(View headers, int index, String name) {
        long at = 64L * index;
        int type = headers.s32(at + 4);
        long size = headers.u64(at + 32);
        var what = "section " + (name.isEmpty() ? Integer.toString(index) : name);
        boolean isEmpty = type == NOBITS || type == 0;
        var data = isEmpty ? file.part(what, 0, 0) : file.part(what, headers.u64(at + 24), size);
        return new Section(index, name, type, headers.u64(at + 8), headers.s32(at + 40), headers.s32(at + 44), size, data);
    }

    private Section table(int index, String what) {
        if (index < 0 || index >= sections.size()) {
            throw file.bad("%s: section %d is outside 0..%d".formatted(what, index, sections.size() - 1));
        }
        return sections.get(index);
    }

    private void readSymbols() {
        var tables = sections.stream().filter(section -> section.type == SYMTAB).toList();
        if (tables.size() > 1) {
            throw file.bad("expected one symbol table, found %d".formatted(tables.size()));
        }
        for (var section : tables) {
            var strings = table(section.link, "symbol names").data;
            var table = section.data;
            if (table.size() / 24 > MAX_SYMBOLS) {
                throw file.bad("%d symbols, expected at most %d".formatted(table.size() / 24, MAX_SYMBOLS));
            }
            for (int at = 0; at + 24 <= table.size(); at += 24) {
                symbols.add(symbol(table, at, strings));
            }
        }
    }

    private Symbol symbol(View table, int at, View strings) {
        long name = table.u32(at);
        int info = table.u8(at + 4);
        int section = table.u16(at + 6);
        var owner = section >= RESERVED ? 0 : table(section, "symbol %d".formatted(at / 24)).index;
        var text = name != 0 ? strings.string(name) : (info & 0xf) == SECTION ? sections.get(owner).name : "";
        return new Symbol(text, info & 0xf, info >> 4 == 0, owner, table.u64(at + 8), table.u64(at + 16));
    }

    private void readRelocations() {
        sections.forEach(_ -> relocations.add(new ArrayList<>()));
        int count = 0;
        for (var section : sections) {
            if (section.type == REL || section.type == RELA) {
                int entry = section.type == REL ? 16 : 24;
                count += section.data.size() / entry;
                if (count > MAX_RELOCATIONS) {
                    throw file.bad("more than %d relocations".formatted(MAX_RELOCATIONS));
                }
                var target = relocations.get(table(section.info, section.name).index);
                for (int at = 0; at + entry <= section.data.size(); at += entry) {
                    target.add(relocation(section, at));
                }
            }
        }
    }

    private Relocation relocation(Section section, int at) {
        int number = section.data.s32(at + 12);
        if (number < 0 || number >= symbols.size()) {
            throw section.data.bad("symbol %d is outside 0..%d".formatted(number, symbols.size() - 1));
        }
        return new Relocation(section.data.u64(at), section.data.s32(at + 8), symbols.get(number),
                section.type == RELA ? Optional.of(section.data.u64(at + 16)) : Optional.empty());
    }
}
