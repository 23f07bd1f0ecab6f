package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.CType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The maps and global variables that a C file declares, as maps of a case; a variable is an array of one value.
final class CVariables {
    private static final String MAP_TYPE = "BPF_MAP_TYPE_";
    private static final int MAX_VALUES = 1 << 16;

    private final CScope scope;
    private final Map<String, CTokens> declarations;

    CVariables(SelftestFile file) {
        scope = file.scope();
        declarations = file.variables();
    }

    boolean declares(String name) {
        return declarations.containsKey(name);
    }

    /// It is a map, not a variable.
    boolean isMap(String name) {
        var part = declarations.get(name).copy();
        for (; !part.atEnd(); part.next()) {
            if (part.peek().is("SEC") && part.peek(1).is("(")) {
                var section = part.peek(2).text();
                return section.equals(".maps") || section.equals("maps");
            }
        }
        return false;
    }

    /// A declaration: the map, and whether it is a hash, which cases do not have.
    record Declared(BpfMap map, boolean isHash) {}

    /// Adds the map to the case; throws [dev.tailbound.isa.BadInput] if cases have no maps of its kind.
    Declared declare(String name, CaseDraft draft) {
        return isMap(name) ? map(name, draft) : new Declared(variable(name), false);
    }

    /// The functions in a program array by their slots; of other maps, none.
    Map<Integer, String> programs(String name) {
        var programs = new TreeMap<Integer, String>();
        if (!declarations.containsKey(name) || !isMap(name)) {
            return programs;
        }
        var values = initial(declarations.get(name)).get("values");
        if (values == null) {
            return programs;
        }
        int key = 0;
        for (var value : values.copy().inside("{").split()) {
            if (value.peek().is("[")) {
                key = (int) scope.constant(value.inside("[")).bits();
                value.expect("=");
            }
            var words = value.rest().stream().filter(CToken::isWord).toList();
            if (words.isEmpty()) {
                throw value.expected("a program");
            }
            programs.put(key++, words.getLast().text());
        }
        return programs;
    }

    /// The designated initialisers after `=`.
    private static Map<String, CTokens> initial(CTokens declaration) {
        var part = declaration.copy();
        part.until("=");
        var fields = new LinkedHashMap<String, CTokens>();
        if (part.accept("=") && part.peek().is("{")) {
            for (var field : part.inside("{").split()) {
                if (field.accept(".")) {
                    var name = field.word("a field");
                    field.expect("=");
                    fields.put(name, field);
                }
            }
        }
        return fields;
    }

    private Declared map(String name, CaseDraft draft) {
        var declaration = declarations.get(name);
        var at = declaration.peek();
        var fields = fields(declaration);
        var type = type(fields, declaration, at);
        int entries = number(fields, "max_entries", 1);
        int value = fields.containsKey("value") ? size(fields.get("value")) : number(fields, "value_size", 4);
        int key = fields.containsKey("key") ? size(fields.get("key")) : number(fields, "key_size", 4);
        if (entries < 1) {
            draft.guess("map %s has one entry".formatted(name));
            entries = 1;
        }
        return switch (type) {
            case "ARRAY", "2" -> new Declared(array(name, value, entries), false);
            case "PROG_ARRAY", "3" -> new Declared(progArray(name, entries), false);
            case "PERCPU_ARRAY", "6" -> {
                draft.guess("per-CPU array %s is an array".formatted(name));
                yield new Declared(array(name, value, entries), false);
            }
            case "HASH", "1", "LRU_HASH", "9" -> {
                draft.guess("hash %s with keys of %d bytes is an array of %d values of %d bytes".formatted(name, key, entries,
                        value));
                yield new Declared(array(name, value, entries), true);
            }
            default -> throw declaration.bad(at,
                    "map %s has the type %s, expected an array, a program array or a hash".formatted(name, type));
        };
    }

    private static BpfMap array(String name, int value, int entries) {
        return new BpfMap.Array(name, value, entries, new TreeMap<>());
    }

    private BpfMap progArray(String name, int entries) {
        return new BpfMap.ProgArray(name, entries, new TreeMap<>(programs(name)));
    }

    private static String type(Map<String, CTokens> fields, CTokens declaration, CToken at) {
        if (!fields.containsKey("type")) {
            throw declaration.bad(at, "expected a map with a type");
        }
        var type = fields.get("type").copy().next().text();
        return type.startsWith(MAP_TYPE) ? type.substring(MAP_TYPE.length()) : type;
    }

    /// `__uint(name, value)`, `__type(name, type)` of a map; of a `struct bpf_map_def`, its designated fields.
    private static Map<String, CTokens> fields(CTokens declaration) {
        var part = declaration.copy();
        while (!part.atEnd() && !part.peek().is("{") && !part.peek().is("=")) {
            part.next();
        }
        if (!part.peek().is("{")) {
            return initial(declaration);
        }
        var fields = new LinkedHashMap<String, CTokens>();
        var inside = part.inside("{");
        while (!inside.atEnd()) {
            var field = inside.until(";");
            inside.accept(";");
            if (field.peek().isWord() && field.peek(1).is("(")) {
                field.next();
                var arguments = field.inside("(").split();
                if (arguments.size() == 2) {
                    fields.put(arguments.getFirst().word("a name"), arguments.getLast());
                }
            }
        }
        return fields;
    }

    private int number(Map<String, CTokens> fields, String field, int missing) {
        return fields.containsKey(field) ? (int) scope.constant(fields.get(field).copy()).bits() : missing;
    }

    private int size(CTokens type) {
        return (int) scope.declared(type.copy()).size();
    }

    private BpfMap variable(String name) {
        var declaration = declarations.get(name).copy();
        var at = declaration.peek();
        var type = scope.declared(declaration);
        var values = new ArrayList<Long>();
        declaration.until("=");
        if (declaration.accept("=")) {
            if (declaration.peek().is("{")) {
                declaration.inside("{").split().forEach(value -> values.add(scope.constant(value).bits()));
            } else {
                values.add(scope.constant(declaration).bits());
            }
        }
        var element = type.element() == null ? type : type.element();
        long size = type.element() != null && type.size() == 0 ? element.size() * values.size() : type.size();
        if (size < 1 || size > Integer.MAX_VALUE || values.size() > MAX_VALUES
                || (!element.fields().isEmpty() && !values.isEmpty())) {
            throw declaration.bad(at, "variable %s: expected numbers, or an array of at most %d".formatted(name, MAX_VALUES));
        }
        return new BpfMap.Array(name, (int) size, 1, new TreeMap<>(Map.of(0, bytes(values, element))));
    }

    private static Bytes bytes(List<Long> values, CType element) {
        int size = (int) Math.min(element.size(), Long.BYTES);
        var bytes = new byte[size * values.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values.get(i / size) >> (i % size * Byte.SIZE));
        }
        return Bytes.of(bytes);
    }
}
