package dev.tailbound.forms.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The bytes of a relocatable ELF file for BPF, assembled from sections and symbols.
final class ElfImage {
    private static final int HEADER_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int RELOCATION_BYTES = 16;

    /// A section that has bytes of its own.
    static final class Section {
        final String name;
        final int type;
        final long flags;
        final byte[] bytes;
        final List<Reloc> relocations = new ArrayList<>();
        /// Set when the file is written.
        private int index;

        /// @param bytes those of memory, also where the section has none in the file
        Section(String name, int type, long flags, byte... bytes) {
            this.name = name;
            this.type = type;
            this.flags = flags;
            this.bytes = bytes;
        }

        void relocate(int offset, int type, Symbol symbol) {
            relocations.add(new Reloc(offset, type, symbol));
        }
    }

    /// A symbol of `section`, which is null for an external symbol.
    static final class Symbol {
        final String name;
        final int type;
        final boolean isLocal;
        final Section section;
        final int value;
        final int size;
        private int index;

        Symbol(String name, int type, boolean isLocal, Section section, int value, int size) {
            this.name = name;
            this.type = type;
            this.isLocal = isLocal;
            this.section = section;
            this.value = value;
            this.size = size;
        }
    }

    record Reloc(int offset, int type, Symbol symbol) {}

    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ByteArrayOutputStream headers = new ByteArrayOutputStream();

    Section add(Section section) {
        sections.add(section);
        return section;
    }

    Symbol add(Symbol symbol) {
        symbols.add(symbol);
        return symbol;
    }

    byte[] bytes() {
        strings.write(0);
        // Local symbols come first; the symbol table's header has their number.
        symbols.sort(Comparator.comparing(symbol -> !symbol.isLocal));
        for (int i = 0; i < symbols.size(); i++) {
            symbols.get(i).index = i + 1;
        }
        for (int i = 0; i < sections.size(); i++) {
            sections.get(i).index = i + 1;
        }
        var relocated = sections.stream().filter(section -> !section.relocations.isEmpty()).toList();
        int symbolTable = sections.size() + relocated.size() + 1;
        headers.writeBytes(new byte[HEADER_BYTES]);
        sections.forEach(section -> header(section.name, section.type, section.flags, section.bytes, 0, 0, 0));
        relocated.forEach(section -> header(".rel" + section.name, Elf.REL, 0, relocations(section), symbolTable, section.index,
                RELOCATION_BYTES));
        header(".symtab", Elf.SYMTAB, 0, table(), symbolTable + 1,
                1 + (int) symbols.stream().filter(symbol -> symbol.isLocal).count(), SYMBOL_BYTES);
        int name = string(".strtab");
        header(name, Elf.STRTAB, 0, strings.toByteArray(), 0, 0, 0);
        align();
        var file = ByteBuffer.allocate(HEADER_BYTES + body.size() + headers.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(Elf.MAGIC).put((byte) 2).put((byte) 1).put((byte) 1).position(16);
        file.putShort((short) Elf.ET_REL).putShort((short) Elf.EM_BPF).putInt(1).putLong(0).putLong(0);
        file.putLong((long) HEADER_BYTES + body.size()).putInt(0).putShort((short) HEADER_BYTES).putShort((short) 0)
                .putShort((short) 0);
        file.putShort((short) HEADER_BYTES).putShort((short) (headers.size() / HEADER_BYTES)).putShort((short) (symbolTable + 1));
        return file.put(body.toByteArray()).put(headers.toByteArray()).array();
    }

    private void header(String name, int type, long flags, byte[] bytes, int link, int info, int entry) {
        header(string(name), type, flags, bytes, link, info, entry);
    }

    private void header(int name, int type, long flags, byte[] bytes, int link, int info, int entry) {
        align();
        var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(name).putInt(type).putLong(flags).putLong(0).putLong((long) HEADER_BYTES + body.size())
                .putLong(bytes.length);
        headers.writeBytes(header.putInt(link).putInt(info).putLong(Long.BYTES).putLong(entry).array());
        if (type != Elf.NOBITS) {
            body.writeBytes(bytes);
        }
    }

    private void align() {
        body.writeBytes(new byte[-body.size() & Long.BYTES - 1]);
    }

    private static byte[] relocations(Section section) {
        var table = ByteBuffer.allocate(RELOCATION_BYTES * section.relocations.size()).order(ByteOrder.LITTLE_ENDIAN);
        section.relocations.forEach(reloc -> table.putLong(reloc.offset).putInt(reloc.type).putInt(reloc.symbol.index));
        return table.array();
    }

    private byte[] table() {
        var table = ByteBuffer.allocate(SYMBOL_BYTES * (symbols.size() + 1)).order(ByteOrder.LITTLE_ENDIAN)
                .position(SYMBOL_BYTES);
        for (var symbol : symbols) {
            table.putInt(symbol.type == Elf.SECTION ? 0 : string(symbol.name))
                    .put((byte) ((symbol.isLocal ? 0 : 1) << 4 | symbol.type)).put((byte) 0)
                    .putShort((short) (symbol.section == null ? 0 : symbol.section.index)).putLong(symbol.value)
                    .putLong(symbol.size);
        }
        return table.array();
    }

    private int string(String text) {
        int at = strings.size();
        strings.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
        return at;
    }
}
