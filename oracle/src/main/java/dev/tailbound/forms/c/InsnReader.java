package dev.tailbound.forms.c;

import dev.tailbound.forms.c.InsnMacros.InsnMacro;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Helper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads lists of instructions in C: macros of `filter.h`, and initialisers of `struct bpf_insn`.
///
/// ```
/// BPF_MOV64_IMM(BPF_REG_0, 1), { .code = BPF_JMP | BPF_EXIT }, { 0x95, 0, 0, 0, 0 }
/// ```
public final class InsnReader {
    /// The kernels' limit for a privileged process, in slots.
    private static final int MAX_SLOTS = 1_000_000;

    private static final List<String> FIELDS = List.of("code", "dst_reg", "src_reg", "off", "imm");
    private static final Set<String> CLASSIC = Set.of("BPF_STMT", "BPF_JUMP");

    private final CTokens file;
    private final CScope scope;
    private final List<Slot> slots = new ArrayList<>();

    /// @param file for the places of messages
    private InsnReader(CTokens file, CScope scope) {
        this.file = file;
        this.scope = scope;
    }

    /// The slots of a list, separated by commas; throws [BadInput].
    public static List<Slot> read(CTokens list, CScope scope) {
        var reader = new InsnReader(list, scope);
        while (!list.atEnd()) {
            reader.element(list);
            if (!list.accept(",") && !list.atEnd()) {
                throw list.expected("',' after an instruction");
            }
        }
        return reader.slots;
    }

    /// The slots of the next instructions, up to the first token that begins none; throws [BadInput].
    public static List<Slot> readWhileInsns(CTokens tokens, CScope scope) {
        var reader = new InsnReader(tokens, scope);
        while (atInsn(tokens)) {
            reader.element(tokens);
            tokens.accept(",");
        }
        return reader.slots;
    }

    /// Whether an instruction is next: a macro with its parenthesis, or an initialiser with five numbers or designators.
    public static boolean atInsn(CTokens tokens) {
        return atMacro(tokens) || atInitialiser(tokens);
    }

    public static boolean atMacro(CTokens tokens) {
        var name = tokens.peek();
        return name.isWord() && tokens.peek(1).is("(") && InsnMacros.named(name.text()) != null;
    }

    /// `{ 0xb7, 0, 0, 0, 1 }` or `{ .code = ... }`
    private static boolean atInitialiser(CTokens tokens) {
        if (!tokens.peek().is("{")) {
            return false;
        }
        boolean isList = true;
        int at = 1;
        for (int field = 0; field < FIELDS.size(); field++) {
            at += tokens.peek(at).is("-") ? 1 : 0;
            isList &= tokens.peek(at).kind() == CToken.Kind.NUMBER && tokens.peek(at + 1).is(field + 1 < FIELDS.size() ? ","
                    : "}");
            at += 2;
        }
        return isList || (tokens.peek(1).is(".") && FIELDS.contains(tokens.peek(2).text()));
    }

    private void element(CTokens list) {
        var first = list.peek();
        if (slots.size() >= MAX_SLOTS) {
            throw list.bad(first, "more than %d instructions".formatted(MAX_SLOTS));
        }
        if (first.is("{")) {
            initialiser(first, list.inside("{"));
        } else if (first.is("(")) {
            literal(list);
        } else if (first.isWord() && list.peek(1).is("(")) {
            list.next();
            macro(first, list.inside("("));
        } else if (first.isWord() && scope.defines(first.text())) {
            list.next();
            element(scope.definition(first.text()));
        } else {
            throw list.expected("an instruction: a macro such as BPF_MOV64_IMM, or '{'");
        }
    }

    /// `(struct bpf_insn) { ... }`, in parentheses or not.
    private void literal(CTokens list) {
        var inside = list.inside("(");
        if (inside.peek().is("(")) {
            var nested = inside.copy();
            var type = nested.inside("(");
            if (type.accept("struct") && type.accept("bpf_insn") && nested.peek().is("{")) {
                initialiser(nested.peek(), nested.inside("{"));
                return;
            }
        }
        inside.expect("struct");
        inside.expect("bpf_insn");
        initialiser(list.peek(), list.inside("{"));
    }

    private void initialiser(CToken brace, CTokens fields) {
        var values = new HashMap<String, CTokens>();
        int position = 0;
        for (var field : fields.split()) {
            var name = field.accept(".") ? designator(field) : position < FIELDS.size() ? FIELDS.get(position++) : null;
            if (name == null) {
                throw field.bad(field.peek(), "expected at most five fields, %s".formatted(String.join(", ", FIELDS)));
            }
            values.put(name, field);
        }
        var imm = values.get("imm");
        boolean isConstant = imm == null || scope.ifConstant(imm).isPresent();
        slot(brace, FIELDS.stream().map(field -> field.equals("imm") && !isConstant ? null : values.get(field)).toList(), scope,
                isConstant ? null : imm);
    }

    private static String designator(CTokens field) {
        var name = field.peek();
        var text = field.word("a field of struct bpf_insn");
        if (!FIELDS.contains(text)) {
            throw field.bad(name, "expected one of the fields %s, found %s".formatted(String.join(", ", FIELDS), name.shown()));
        }
        field.expect("=");
        return text;
    }

    private void macro(CToken name, CTokens inside) {
        var macro = InsnMacros.named(name.text());
        if (macro == null) {
            throw inside.bad(name, CLASSIC.contains(name.text()) ? "classic BPF (%s) is not supported".formatted(name.text())
                    : "unknown instruction macro %s".formatted(name.shown()));
        }
        var given = inside.split();
        if (given.size() != macro.parameters().size()) {
            throw inside.bad(name, "%s has %d arguments, expected %d: %s".formatted(name.text(), given.size(),
                    macro.parameters().size(), String.join(", ", macro.parameters())));
        }
        var arguments = new HashMap<String, CValue>();
        CTokens symbol = null;
        for (int i = 0; i < given.size(); i++) {
            var parameter = macro.parameters().get(i);
            var argument = given.get(i);
            var value = parameter.equals(InsnMacro.FUNC) ? Optional.of(helper(argument)) : scope.ifConstant(argument);
            if (value.isEmpty() && symbol != null) {
                throw notConstant(symbol);
            }
            symbol = value.isEmpty() ? argument : symbol;
            arguments.put(parameter, value.orElse(CValue.of(0)));
        }
        for (var fields : macro.slots()) {
            slot(name, fields.stream().map(CTokens::copy).toList(), scope.with(arguments), symbol);
            symbol = null;
        }
    }

    /// A helper's number: `BPF_FUNC_tail_call`, `bpf_tail_call` or a number.
    private CValue helper(CTokens argument) {
        var name = argument.peek();
        if (name.isWord() && argument.peek(1).kind() == CToken.Kind.END) {
            var helper = Helper.bySymbol(name.text());
            if (helper.isPresent()) {
                return CValue.of(helper.get().id());
            }
            if (scope.value(name).isEmpty()) {
                throw argument.bad(name, "unknown helper %s, expected one of %s".formatted(name.shown(), helpers()));
            }
        }
        return scope.constant(argument);
    }

    private static String helpers() {
        return String.join(", ", Stream.of(Helper.values()).map(Constants::functionName).toList());
    }

    /// A name for an expression that is not constant: `fds[0]` is `fds_0`, `skel->map_fd` is `skel_map_fd`.
    private static String symbol(CTokens expression) {
        var words = expression.rest().stream().filter(token -> token.isWord() || token.kind() == CToken.Kind.NUMBER)
                .map(CToken::text).toList();
        if (words.isEmpty()) {
            throw expression.expected("a map");
        }
        return String.join("_", words);
    }

    /// Missing fields are zeros. A symbol in place of a constant is the file descriptor of a map; throws if the instruction takes none.
    private void slot(CToken at, List<CTokens> fields, CScope scope, CTokens symbol) {
        var slot = new Slot(at.line(),
                field(at, fields.get(0), scope, "code", 0, 0xff),
                field(at, fields.get(1), scope, "dst_reg", 0, 0xf),
                field(at, fields.get(2), scope, "src_reg", 0, 0xf),
                (short) field(at, fields.get(3), scope, "off", Short.MIN_VALUE, 0xffff),
                (int) imm(at, fields.get(4), scope),
                "");
        if (symbol != null && !slot.namesMap()) {
            throw notConstant(symbol);
        }
        slots.add(symbol == null ? slot : slot.withMap(symbol(symbol)));
    }

    /// The error message of the expression's evaluation.
    private BadInput notConstant(CTokens expression) {
        try {
            scope.constant(expression);
        } catch (BadInput why) {
            return why;
        }
        throw new IllegalStateException("constant after all");
    }

    private int field(CToken at, CTokens expression, CScope scope, String name, int least, int most) {
        long value = expression == null ? 0 : scope.constant(expression).bits();
        if (value < least || value > most) {
            throw file.bad(at, "%s is %d, expected %d..%d".formatted(name, value, least, most));
        }
        return (int) value;
    }

    private long imm(CToken at, CTokens expression, CScope scope) {
        long value = expression == null ? 0 : scope.constant(expression).bits();
        if (value != (int) value && value >>> Integer.SIZE != 0) {
            throw file.bad(at, "imm is 0x%x, expected 32 bits".formatted(value));
        }
        return value;
    }
}
