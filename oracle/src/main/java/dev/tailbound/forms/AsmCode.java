package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The statements of a code section, in LLVM's dialect, and their slots.
///
/// References to symbols of other sections are resolved later: until then a call is `call -1`, and the address of data is its distance from the symbol.
final class AsmCode {
    private static final Pattern CALL = Pattern.compile("call ([A-Za-z_.$][\\w.$]*)");
    private static final Pattern ADDRESS = Pattern.compile("([rR]\\d+) ?= ?([A-Za-z_.$][\\w.$]*)(?: ?([-+]) ?(\\d{1,9}))? ll");
    private static final Pattern NUMBERED = Pattern.compile("(.* )(\\d{1,4})([fb])");
    /// `call -1`, as the assembler takes it.
    private static final String NO_HELPER = "call 0xffffffff";
    private static final Pattern MINUS_ONE = Pattern.compile("call -(?:0x)?1");
    private static final Set<String> RAW = Set.of(".8byte", ".quad", ".xword", ".dword");

    private record Statement(String text, int line) {}

    private final Source source;
    private final String name;
    private final List<Statement> statements = new ArrayList<>();
    private final TreeMap<Integer, List<Statement>> labels = new TreeMap<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, Integer> numbered = new HashMap<>();
    private final Map<Integer, Long> raw = new HashMap<>();
    private final Map<Integer, ObjectText.Reference> references = new HashMap<>();

    AsmCode(Source source, String name) {
        this.source = source;
        this.name = name;
        labels.put(0, new ArrayList<>());
    }

    void label(String label, int line) {
        var unique = label;
        if (Character.isDigit(label.charAt(0))) {
            unique = local(label, numbered.merge(label, 1, Integer::sum));
        }
        places.put(unique, statements.size());
        labels.computeIfAbsent(statements.size(), _ -> new ArrayList<>()).add(new Statement(unique, line));
    }

    /// The n-th label of this number.
    private static String local(String number, int count) {
        return ".Llocal_" + number + "_" + count;
    }

    void add(String statement, int line) {
        var text = statement.strip().replaceAll("\\s+", " ");
        var jump = NUMBERED.matcher(text);
        if (jump.matches()) {
            int count = numbered.getOrDefault(jump.group(2), 0) + (jump.group(3).equals("f") ? 1 : 0);
            statements.add(new Statement(jump.group(1) + local(jump.group(2), count), line));
        } else {
            statements.add(new Statement(text, line));
        }
    }

    /// The symbol of the last instruction's relocation.
    void refer(String symbol, int line) {
        if (statements.isEmpty()) {
            throw bad(line, "expected an instruction before a relocation");
        }
        references.put(statements.size() - 1, new ObjectText.Reference(symbol, line));
    }

    /// `.8byte 0x95`: slots as numbers.
    void raw(String directive, String arguments, int line) {
        for (var value : arguments.split(",", -1)) {
            var number = AsmData.number(value.strip());
            if (!RAW.contains(directive) || number.isEmpty()) {
                throw bad(line,
                        "expected an instruction, or .8byte and numbers, found " + BadInput.quoted(directive + " " + arguments));
            }
            raw.put(statements.size(), number.get());
            statements.add(new Statement("exit", line));
        }
    }

    /// Adds the slots to the section of this name; throws [BadInput].
    void assemble(ObjectText object, Set<String> functions) {
        if (statements.isEmpty()) {
            return;
        }
        var program = parse();
        var code = ByteBuffer.wrap(Encoder.encode(program)).order(ByteOrder.LITTLE_ENDIAN);
        raw.forEach((index, slot) -> code.putLong(Long.BYTES * program.slotOf(index), slot));
        var section = object.code(name);
        for (int i = 0; i < statements.size(); i++) {
            section.add(Arrays.copyOfRange(code.array(), Long.BYTES * program.slotOf(i), Long.BYTES * program.slotOf(i + 1)),
                    statements.get(i).line);
        }
        references.forEach((index, reference) -> section.references().put(program.slotOf(index), reference));
        labels.forEach((index, names) -> names.forEach(label -> {
            int slot = program.slotOf(index);
            object.symbols().put(label.text, new ObjectText.Symbol(name, Long.BYTES * slot));
            if (index < statements.size()) {
                // If a place has several names, prefer one that the assembler did not generate, such as .Ltmp1.
                (functions.contains(label.text) ? section.functions() : section.labels()).merge(slot, label.text,
                        (first, next) -> first.startsWith(".L") ? next : first);
            }
        }));
    }

    private Program parse() {
        var text = new StringBuilder();
        var lines = new ArrayList<Integer>();
        for (int i = 0; i <= statements.size(); i++) {
            for (var label : labels.getOrDefault(i, List.of())) {
                text.append(label.text).append(":\n");
                lines.add(label.line);
            }
            if (i < statements.size()) {
                text.append(resolved(i)).append('\n');
                lines.add(statements.get(i).line);
            }
        }
        try {
            return AsmParser.parse("p", text.toString(), List.of());
        } catch (BadInput bad) {
            throw bad(lines.get(Math.min(lines.size(), Integer.parseInt(bad.where())) - 1), bad.what());
        }
    }

    /// The statement, with a symbol unknown to the assembler replaced by a reference.
    private String resolved(int index) {
        var statement = statements.get(index);
        var call = CALL.matcher(statement.text);
        if (call.matches() && !places.containsKey(call.group(1)) && Helper.bySymbol(call.group(1)).isEmpty()) {
            if (Kfunc.bySymbol(call.group(1)).isPresent()) {
                return "call kfunc " + call.group(1);
            }
            references.put(index, new ObjectText.Reference(call.group(1), statement.line));
            return NO_HELPER;
        }
        if (MINUS_ONE.matcher(statement.text).matches()) {
            return NO_HELPER;
        }
        var address = ADDRESS.matcher(statement.text);
        if (address.matches()) {
            references.put(index, new ObjectText.Reference(address.group(2), statement.line));
            return address.group(1) + " = " + (address.group(3) == null ? "0"
                    : address.group(3).replace("+", "") + address.group(4)) + " ll";
        }
        return statement.text;
    }

    private BadInput bad(int line, String what) {
        return new BadInput(source.at(line), what);
    }
}
