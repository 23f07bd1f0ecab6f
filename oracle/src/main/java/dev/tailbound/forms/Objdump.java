package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads the output of `llvm-objdump -d` and GNU objdump. If a line has bytes, they are decoded; otherwise LLVM's text is read, never GNU's.
///
/// ```
/// Disassembly of section tc:
///
/// 0000000000000000 <entry>:
///        0:	18 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00	r2 = 0 ll
/// 		0000000000000000:  R_BPF_64_64	jmp_table
/// ```
final class Objdump {
    private static final Pattern SECTION = Pattern.compile("Disassembly of section (\\S+):");
    private static final Pattern HEADER = Pattern.compile("(?:[0-9a-f]{4,16} )?<?([\\w.$]+)>?:");
    /// Labels of blocks, which LLVM gives symbols in objects.
    private static final Pattern BLOCK = Pattern.compile("\\.?L?BB\\d+_\\d+|\\.L.*");
    private static final Pattern BYTES = Pattern.compile(
            "\\s*([0-9a-f]{1,8}):\\s+((?:[0-9a-f]{2} ){7}[0-9a-f]{2}(?: (?:[0-9a-f]{2} ){7}[0-9a-f]{2})?)(?:\\s.*)?");
    private static final Pattern TEXT = Pattern.compile("\\s*(\\d{1,8}):\\s+(\\S.*)");
    private static final Pattern RELOCATION = Pattern.compile("\\s*[0-9a-f]+:\\s+R_BPF_\\w+\\s+(\\S+)");
    private static final Pattern ANY_FORMAT = Pattern.compile(".*:\\s+file format .*");
    private static final Pattern FORMAT = Pattern.compile(".*:\\s+file format (?:elf64-bpf\\w*|ELF64-BPF)\\s*");

    private final Source source;
    /// Whether the dump has bytes (no `--no-show-raw-insn`); then text is of source lines.
    private final boolean hasBytes;
    private final ObjectText object = new ObjectText();
    private final Map<String, AsmCode> texts = new LinkedHashMap<>();
    private final Set<String> functions = new HashSet<>();
    private String section = ".text";
    /// The index of the section's first line, read as hex and as decimal.
    private long firstHex;
    private long firstDecimal;

    private Objdump(Source source) {
        this.source = source;
        hasBytes = hasBytes(source);
    }

    /// Whether lines have the bytes of instructions.
    static boolean hasBytes(Source source) {
        return source.lines().stream().anyMatch(line -> BYTES.matcher(line).matches());
    }

    /// Whether the text is a disassembly of BPF, with the header or without it.
    static boolean recognizes(Source source) {
        var formats = source.lines().stream().filter(line -> ANY_FORMAT.matcher(line).matches()).toList();
        return formats.isEmpty() ? source.lines().stream().anyMatch(line -> BYTES.matcher(line).matches() && line.contains("\t"))
                : formats.stream().allMatch(line -> FORMAT.matcher(line).matches());
    }

    /// Throws [BadInput].
    static ObjectText read(Source source) {
        var reader = new Objdump(source);
        for (int i = 0; i < source.lines().size(); i++) {
            reader.line(source.lines().get(i), i + 1);
        }
        reader.texts.values().forEach(text -> text.assemble(reader.object, reader.functions));
        return reader.object;
    }

    private void line(String line, int number) {
        var header = SECTION.matcher(line.strip());
        var symbol = HEADER.matcher(line.strip());
        var bytes = BYTES.matcher(line);
        var relocation = RELOCATION.matcher(line);
        var text = TEXT.matcher(line);
        if (header.matches()) {
            section = header.group(1);
        } else if (bytes.matches()) {
            requireIndex(bytes.group(1), object.code(section).slots(), number);
            object.code(section).add(HexFormat.ofDelimiter(" ").parseHex(bytes.group(2)), number);
        } else if (relocation.matches()) {
            relocation(relocation.group(1), number);
        } else if (!hasBytes && text.matches()) {
            text().add(untargeted(text.group(2).replace("0ll", "0 ll")), number);
        } else if (symbol.matches()) {
            symbol(symbol.group(1), number);
        }
    }

    /// Without the name of a jump's target, `goto +0x3 <LBB0_2>`.
    private static String untargeted(String statement) {
        int name = statement.lastIndexOf('<');
        return name > 0 && statement.stripTrailing().endsWith(">") ? statement.substring(0, name) : statement;
    }

    private AsmCode text() {
        return texts.computeIfAbsent(section, name -> new AsmCode(source, name));
    }

    private void symbol(String name, int line) {
        boolean isFunction = !BLOCK.matcher(name).matches();
        if (hasBytes) {
            var code = object.code(section);
            (isFunction ? code.functions() : code.labels()).putIfAbsent(code.slots(), name);
            object.symbols().put(name, new ObjectText.Symbol(section, Long.BYTES * code.slots()));
        } else {
            text().label(name, line);
            if (isFunction) {
                functions.add(name);
            }
        }
    }

    /// The reference is that of the instruction before; of the two halves of an `ld_imm64` on two lines, the first one's.
    private void relocation(String symbol, int line) {
        if (!hasBytes) {
            text().refer(symbol, line);
            return;
        }
        var code = object.code(section);
        if (code.slots() == 0) {
            throw new BadInput(source.at(line), "expected an instruction before a relocation");
        }
        code.references().put(code.lastInsn(), new ObjectText.Reference(symbol, line));
    }

    /// LLVM counts slots in decimal, GNU bytes in hex; an excerpt may begin anywhere.
    private void requireIndex(String index, int slot, int line) {
        long hex = Long.parseLong(index, 16);
        long decimal = index.chars().allMatch(Character::isDigit) ? Long.parseLong(index) : -1;
        if (slot == 0) {
            firstHex = hex;
            firstDecimal = decimal;
        }
        if (decimal - firstDecimal != slot && hex - firstHex != (long) Long.BYTES * slot) {
            throw new BadInput(source.at(line),
                    "expected instruction %d of section %s, found %s".formatted(slot, section, index));
        }
    }
}
