package dev.tailbound.forms.c;

import dev.tailbound.isa.BadInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The meanings of names in a file: its `#define` lines, its enumerations, and the constants of the kernel's headers.
public final class CScope {
    private static final int MAX_DEPTH = 32;

    private final String file;
    private final Map<String, List<CToken>> defines;
    private final Map<String, CValue> values;
    private final Map<String, CValue> arguments;
    private final CTypes types;
    private int depth;

    CScope(String file, Map<String, List<CToken>> defines) {
        this.file = file;
        this.defines = defines;
        values = new HashMap<>();
        arguments = Map.of();
        types = new CTypes(this);
    }

    private CScope(CScope outer, Map<String, CValue> arguments) {
        file = outer.file;
        defines = outer.defines;
        types = outer.types;
        values = outer.values;
        this.arguments = arguments;
    }

    /// This scope with the arguments of a macro.
    CScope with(Map<String, CValue> arguments) {
        return new CScope(this, arguments);
    }

    /// Takes the types and enumerations that a file defines.
    public void define(CTokens tokens) {
        types.define(tokens);
        for (var rest = tokens.copy(); !rest.atEnd(); rest.next()) {
            if (rest.peek().is("enum") && (rest.peek(1).is("{") || rest.peek(2).is("{"))) {
                enumeration(rest.copy());
            }
        }
    }

    /// Values of an enumeration up to the first that is no constant.
    private void enumeration(CTokens tokens) {
        tokens.next();
        if (tokens.peek().isWord()) {
            tokens.next();
        }
        long next = 0;
        for (var enumerator : tokens.inside("{").split()) {
            var name = enumerator.word("an enumerator");
            next = enumerator.accept("=") ? new CExpression(enumerator, this).whole().bits() : next;
            values.putIfAbsent(name, CValue.of((int) next++));
        }
    }

    /// The value of a name, if it has one; throws [BadInput] if its definition is not a constant expression.
    Optional<CValue> value(CToken name) {
        var value = arguments.getOrDefault(name.text(), values.get(name.text()));
        if (value != null) {
            return Optional.of(value);
        }
        var define = defines.get(name.text());
        if (define != null && !define.isEmpty()) {
            var tokens = CTokens.of(file, define);
            if (depth == MAX_DEPTH) {
                throw tokens.bad(name,
                        "%s is defined by itself, or by more than %d definitions".formatted(name.shown(), MAX_DEPTH));
            }
            depth++;
            try {
                var defined = new CExpression(tokens, this).whole();
                values.put(name.text(), defined);
                return Optional.of(defined);
            } finally {
                depth--;
            }
        }
        return Optional.ofNullable(Constants.ALL.get(name.text()));
    }

    /// Whether the file defines the name by a `#define` line.
    public boolean defines(String name) {
        return defines.containsKey(name);
    }

    /// The text after the name in its `#define` line.
    public CTokens definition(String name) {
        return CTokens.of(file, defines.get(name));
    }

    CTypes types() {
        return types;
    }

    /// The value of a constant expression, all of the tokens; throws [BadInput].
    public CValue constant(CTokens expression) {
        return new CExpression(expression, this).whole();
    }

    /// The value of the tokens, if they are a constant expression.
    public Optional<CValue> ifConstant(CTokens expression) {
        try {
            return Optional.of(constant(expression.copy()));
        } catch (BadInput notConstant) {
            return Optional.empty();
        }
    }

    /// The type of the declaration that is next: `int name[3]`, or of a type without a name; throws [BadInput].
    public CType declared(CTokens tokens) {
        return types.declarator(tokens, types.type(tokens)).type();
    }
}
