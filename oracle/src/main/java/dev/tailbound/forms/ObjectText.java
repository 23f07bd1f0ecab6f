package dev.tailbound.forms;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// A relocatable object as read from text: code and data of its sections, symbols, and references for a linker.
final class ObjectText {
    /// A reference from an instruction to a symbol; what is in the instruction's immediate is added, as in the object.
    record Reference(String symbol, int line) {}

    /// @param offset in bytes
    record Symbol(String section, int offset) {}

    /// Code, eight bytes a slot.
    static final class Code {
        private final String name;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Integer> lines = new ArrayList<>();
        private final TreeMap<Integer, Reference> references = new TreeMap<>();
        private final TreeMap<Integer, String> functions = new TreeMap<>();
        private final TreeMap<Integer, String> labels = new TreeMap<>();
        private boolean lastHalf;

        private Code(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /// Whether its functions run only if a program calls them.
        boolean isOfSubprograms() {
            return name.equals(".text") || name.startsWith(".text.");
        }

        void add(byte[] slots, int line) {
            bytes.writeBytes(slots);
            lastHalf = slots[slots.length - Long.BYTES] == 0 && bytes.size() > Long.BYTES;
            for (int i = 0; i < slots.length; i += Long.BYTES) {
                lines.add(line);
            }
        }

        int slots() {
            return lines.size();
        }

        /// The slot of the last instruction, which is not the second half of an `ld_imm64`.
        int lastInsn() {
            return slots() - (lastHalf ? 2 : 1);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        /// The line of a slot; that of the last one for slots outside.
        int line(int slot) {
            return lines.get(Math.max(0, Math.min(slot, lines.size() - 1)));
        }

        /// By the slot of the instruction.
        NavigableMap<Integer, Reference> references() {
            return references;
        }

        /// Names by their first slot.
        NavigableMap<Integer, String> functions() {
            return functions;
        }

        /// Names of other places, by slot.
        NavigableMap<Integer, String> labels() {
            return labels;
        }
    }

    /// Data, with the addresses of symbols in it by their offsets.
    static final class Data {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TreeMap<Integer, String> addresses = new TreeMap<>();

        ByteArrayOutputStream bytes() {
            return bytes;
        }

        NavigableMap<Integer, String> addresses() {
            return addresses;
        }
    }

    private final Map<String, Code> code = new LinkedHashMap<>();
    private final Map<String, Data> data = new LinkedHashMap<>();
    private final Map<String, Symbol> symbols = new LinkedHashMap<>();

    /// The section, created on first use.
    Code code(String name) {
        return code.computeIfAbsent(name, Code::new);
    }

    Data data(String name) {
        return data.computeIfAbsent(name, _ -> new Data());
    }

    /// In the order of the text.
    List<Code> code() {
        return code.values().stream().filter(section -> section.slots() > 0).toList();
    }

    Optional<Code> findCode(String name) {
        return Optional.ofNullable(code.get(name)).filter(section -> section.slots() > 0);
    }

    Optional<Data> findData(String name) {
        return Optional.ofNullable(data.get(name));
    }

    Map<String, Symbol> symbols() {
        return symbols;
    }

    /// Whether the section has definitions of maps.
    static boolean isOfMaps(String section) {
        return section.equals(".maps") || section.equals("maps");
    }

    /// Whether the section is a map of global variables.
    static boolean isOfVariables(String section) {
        return section.matches("\\.(?:rodata|data|bss)(?:\\..*)?");
    }
}
