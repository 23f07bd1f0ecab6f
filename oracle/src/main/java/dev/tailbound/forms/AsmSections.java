package dev.tailbound.forms;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.BadInput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads an assembly file like LLVM's assembler: sections, symbols, data, and statements, which [AsmCode] turns into slots.
final class AsmSections {
    private static final Pattern LABEL = Pattern.compile("\\s*([A-Za-z_.$][\\w.$]*|\\d{1,4})\\s*:(?!=)");
    private static final Pattern DIRECTIVE = Pattern.compile("\\.\\w+");
    private static final Pattern SECTION = Pattern.compile("\"?([^\",\\s]+)\"?\\s*(?:,\\s*\"(\\w*)\".*)?");
    private static final Pattern TYPE = Pattern.compile("\"?([\\w.$]+)\"?\\s*,\\s*[@%#]?\\s*(\\w+)");
    private static final Set<String> SECTIONS = Set.of(".text", ".data", ".bss", ".rodata");
    private static final Set<String> IGNORED = Set.of(".file", ".loc", ".globl", ".global", ".weak", ".hidden", ".internal",
            ".protected", ".local", ".size", ".ident", ".addrsig", ".addrsig_sym", ".extern", ".version", ".end", ".intel_syntax",
            ".att_syntax");
    private static final Pattern OF_TOOLS = Pattern.compile(
            "\\.(?:debug|BTF|comment|note|llvm|eh_frame|symtab|strtab|rel|gnu)\\b?.*|license|version");

    private enum Kind {
        CODE, DATA, IGNORED
    }

    private final Source source;
    private final ObjectText object = new ObjectText();
    private final Map<String, AsmCode> code = new LinkedHashMap<>();
    private final Set<String> functions = new HashSet<>();
    private final Deque<String> pushed = new ArrayDeque<>();
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private long dataBytes;
    private String section = ".text";
    private String previous = ".text";

    private AsmSections(Source source) {
        this.source = source;
        kinds.put(section, Kind.CODE);
    }

    /// Throws [BadInput].
    static ObjectText read(Source source) {
        var reader = new AsmSections(source);
        var lines = AsmLines.statements(source.lines());
        for (int i = 0; i < lines.size(); i++) {
            for (var statement : lines.get(i)) {
                reader.statement(statement, i + 1);
            }
        }
        reader.code.values().forEach(section -> section.assemble(reader.object, reader.functions));
        return reader.object;
    }

    private void statement(String statement, int line) {
        int at = 0;
        for (var label = LABEL.matcher(statement); label.region(at, statement.length()).lookingAt(); at = label.end()) {
            label(label.group(1), line);
        }
        var rest = statement.substring(at).strip();
        if (rest.isEmpty()) {
            return;
        }
        var words = rest.split("\\s+", 2);
        if (DIRECTIVE.matcher(words[0]).matches()) {
            directive(words[0], words.length > 1 ? words[1].strip() : "", line);
        } else if (kinds.get(section) == Kind.CODE) {
            here().add(rest, line);
        } else if (kinds.get(section) == Kind.DATA) {
            throw bad(line, "expected data in section %s, found %s".formatted(section, BadInput.quoted(rest)));
        }
    }

    private AsmCode here() {
        return code.computeIfAbsent(section, name -> new AsmCode(source, name));
    }

    private void label(String name, int line) {
        if (kinds.get(section) == Kind.CODE) {
            here().label(name, line);
        } else if (kinds.get(section) == Kind.DATA) {
            object.symbols().put(name, new ObjectText.Symbol(section, object.data(section).bytes().size()));
        }
    }

    private void directive(String name, String arguments, int line) {
        if (SECTIONS.contains(name)) {
            enter(name, name.equals(".text") ? Kind.CODE : Kind.DATA);
            return;
        }
        switch (name) {
            case ".section" -> section(arguments, line);
            case ".pushsection" -> {
                pushed.push(section);
                section(arguments, line);
            }
            case ".popsection" -> enter(pushed.isEmpty() ? ".text" : pushed.pop(), Kind.CODE);
            case ".previous" -> enter(previous, Kind.CODE);
            case ".type" -> type(arguments);
            case ".comm", ".lcomm" -> common(arguments, line);
            default -> content(name, arguments, line);
        }
    }

    private void section(String arguments, int line) {
        var matcher = SECTION.matcher(arguments);
        if (!matcher.matches()) {
            throw bad(line, "expected the name of a section, found " + BadInput.quoted(arguments));
        }
        var name = matcher.group(1);
        var flags = matcher.group(2);
        enter(name, OF_TOOLS.matcher(name).matches() ? Kind.IGNORED
                : ObjectText.isOfMaps(name) || ObjectText.isOfVariables(name) ? Kind.DATA
                        : flags == null || flags.contains("x") ? Kind.CODE : Kind.IGNORED);
    }

    /// The kind is used if the section is new.
    private void enter(String name, Kind kind) {
        previous = section;
        section = name;
        kinds.putIfAbsent(name, kind);
    }

    private void type(String arguments) {
        var matcher = TYPE.matcher(arguments);
        if (matcher.matches() && matcher.group(2).equalsIgnoreCase("function")) {
            functions.add(matcher.group(1));
        }
    }

    /// `.comm name, size`: a variable of zeros.
    private void common(String arguments, int line) {
        var parts = List.of(arguments.split("\\s*,\\s*"));
        enter(".bss", Kind.DATA);
        kinds.put(".bss", Kind.DATA);
        if (parts.size() < 2) {
            throw bad(line, "expected a name and a size, found " + BadInput.quoted(arguments));
        }
        data(".balign", "8", line);
        label(parts.getFirst(), line);
        data(".zero", parts.get(1), line);
        section = previous;
    }

    private void content(String name, String arguments, int line) {
        if (name.startsWith(".cfi_") || IGNORED.contains(name)) {
            return;
        }
        switch (kinds.get(section)) {
            case IGNORED -> {
            }
            case DATA -> data(name, arguments, line);
            case CODE -> {
                if (!AsmData.ALIGNMENTS.contains(name)) {
                    here().raw(name, arguments, line);
                }
            }
        }
    }

    private void data(String directive, String arguments, int line) {
        var data = object.data(section);
        int before = data.bytes().size();
        AsmData.add(data, directive, arguments, source.at(line));
        dataBytes += data.bytes().size() - before;
        if (dataBytes > CaseLimits.ALL_MAPS_BYTES) {
            throw bad(line, "expected at most %d bytes of data in all".formatted(CaseLimits.ALL_MAPS_BYTES));
        }
    }

    private BadInput bad(int line, String what) {
        return new BadInput(source.at(line), what);
    }
}
