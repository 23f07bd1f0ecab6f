package dev.tailbound.forms;

import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The declarations of a C file with programs in inline assembly: its functions, maps and global variables.
final class SelftestFile {
    /// Macros that take a function's name as their first argument.
    private static final Set<String> WRAPPERS = Set.of("BPF_PROG", "BPF_PROG2", "BPF_KPROBE", "BPF_KRETPROBE", "BPF_KSYSCALL",
            "BPF_USDT");

    private final CScope scope;
    private final Map<String, CFunction> functions = new LinkedHashMap<>();
    private final Map<String, CTokens> variables = new LinkedHashMap<>();

    private SelftestFile(CScope scope) {
        this.scope = scope;
    }

    /// Throws [dev.tailbound.isa.BadInput] if brackets have no end.
    static SelftestFile of(Source source) {
        var file = Patch.lex(source);
        var declared = new SelftestFile(file.scope());
        declared.scope.define(file.tokens());
        var tokens = file.tokens().copy();
        while (!tokens.atEnd()) {
            declared.declaration(tokens);
        }
        return declared;
    }

    /// Whether a text has inline assembly in the functions of a BPF program. Never throws.
    static boolean occursIn(Source source) {
        var tokens = Patch.lex(source).tokens();
        boolean isProgram = false;
        boolean hasAssembly = false;
        for (; !tokens.atEnd() && !(isProgram && hasAssembly); tokens.next()) {
            isProgram |= tokens.peek().is("__naked") || (tokens.peek().is("SEC") && tokens.peek(1).is("("));
            hasAssembly |= CFunction.atAssembly(tokens);
        }
        return isProgram && hasAssembly;
    }

    CScope scope() {
        return scope;
    }

    /// By name, in order. Their bodies have not been read.
    Map<String, CFunction> functions() {
        return functions;
    }

    /// The declarations of variables, maps among them, by name.
    Map<String, CTokens> variables() {
        return variables;
    }

    /// Up to a semicolon, or a function's body: braces after a parenthesis.
    private void declaration(CTokens tokens) {
        var start = tokens.copy();
        boolean behindParenthesis = false;
        while (!tokens.atEnd() && !tokens.peek().is(";")) {
            var open = tokens.peek();
            if (open.is("{") && behindParenthesis) {
                var head = start.upTo(tokens);
                function(open, head, tokens.inside("{"));
                return;
            }
            behindParenthesis = open.is("(");
            if (open.is("(") || open.is("{") || open.is("[")) {
                tokens.inside(open.text());
            } else {
                tokens.next();
            }
        }
        variable(start.upTo(tokens));
        tokens.next();
    }

    private void function(CToken at, CTokens head, CTokens body) {
        var function = new CFunction(at, head, body);
        if (!function.name().isEmpty()) {
            functions.putIfAbsent(function.name(), function);
        }
    }

    /// The function's name in the head of its definition; empty if there is none.
    static String functionName(CTokens head) {
        var name = "";
        for (var part = head.copy(); !part.atEnd();) {
            var word = part.next();
            if (word.isWord() && part.peek().is("(")) {
                var inside = part.inside("(");
                if (WRAPPERS.contains(word.text()) && inside.peek().isWord()) {
                    name = inside.peek().text();
                } else if (!word.is("__attribute__")) {
                    name = word.text();
                }
            }
        }
        return name;
    }

    /// A variable's name is the last word before an attribute such as `SEC(...)`, an array's bracket or its initial value.
    private void variable(CTokens declaration) {
        var name = "";
        for (var part = declaration.copy(); !part.atEnd() && !part.peek().is("=");) {
            var token = part.peek();
            if (token.is("(") || token.is("{") || token.is("[")) {
                part.inside(token.text());
            } else {
                part.next();
                name = token.isWord() && !part.peek().is("(") ? token.text() : name;
            }
        }
        if (!name.isEmpty() && !declaration.peek().is("extern") && !declaration.peek().is("typedef")) {
            variables.putIfAbsent(name, declaration);
        }
    }
}
