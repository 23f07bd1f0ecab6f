package dev.tailbound.forms;

import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.isa.BadInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A function of C source: its name, the tags before it, and its body.
final class CFunction {
    private final CToken at;
    private final String name;
    private final CTokens body;
    /// The first arguments of tags such as `SEC("tc")`, by name; empty for tags without.
    private final Map<String, CTokens> tags = new HashMap<>();

    CFunction(CToken at, CTokens head, CTokens body) {
        this.at = at;
        this.body = body;
        name = SelftestFile.functionName(head);
        var part = head.copy();
        while (!part.atEnd()) {
            var word = part.next();
            if (word.isWord() && !word.is(name)) {
                tags.putIfAbsent(word.text(), part.peek().is("(") ? part.inside("(") : part.upTo(part));
            } else if (word.isWord() && part.peek().is("(")) {
                part.inside("(");
            }
        }
    }

    String name() {
        return name;
    }

    int line() {
        return at.line();
    }

    boolean hasTag(String tag) {
        return tags.containsKey(tag);
    }

    /// The contents of a tag's parentheses.
    Optional<CTokens> tag(String tag) {
        return Optional.ofNullable(tags.get(tag)).map(CTokens::copy);
    }

    /// The string in the parentheses of a tag.
    Optional<String> text(String tag) {
        return tag(tag).map(argument -> argument.string("a string"));
    }

    /// The name of the section of an entry program.
    Optional<String> section() {
        return text("SEC");
    }

    static boolean atAssembly(CTokens tokens) {
        return isAsm(tokens.peek()) && (tokens.peek(1).is("(") || (isVolatile(tokens.peek(1)) && tokens.peek(2).is("(")));
    }

    private static boolean isAsm(CToken token) {
        return token.is("asm") || token.is("__asm__") || token.is("__asm");
    }

    private static boolean isVolatile(CToken token) {
        return token.is("volatile") || token.is("__volatile__");
    }

    /// The assembly statements of the body; throws [BadInput] if the body is anything but `asm` statements or one `return` of a
    /// constant.
    List<AsmStatement> statements(CScope scope, AsmOperands.Names names) {
        var statements = new ArrayList<AsmStatement>();
        boolean hasAssembly = false;
        var part = body.copy();
        while (!part.atEnd()) {
            if (part.accept(";")) {
                continue;
            }
            if (atAssembly(part)) {
                while (!part.peek().is("(")) {
                    part.next();
                }
                statements.addAll(AsmBlock.read(part.inside("("), scope, names));
                hasAssembly = true;
            } else if (part.peek().is("return") && !hasAssembly) {
                return returned(part, scope);
            } else {
                throw part.expected("inline assembly in the function %s".formatted(name));
            }
        }
        if (hasAssembly && !hasTag("__naked")) {
            throw body.bad(at, "%s is not __naked, and the code that a compiler adds to it is not known".formatted(name));
        }
        if (statements.isEmpty()) {
            throw body.bad(at, "%s has no inline assembly".formatted(name));
        }
        return statements;
    }

    private List<AsmStatement> returned(CTokens part, CScope scope) {
        int line = part.next().line();
        long value = scope.ifConstant(part.until(";")).orElseThrow(() -> part.bad(line,
                "expected inline assembly, or the return of a constant, in the function %s".formatted(name))).bits();
        part.accept(";");
        if (!part.atEnd()) {
            throw part.expected("'}' after a return");
        }
        return List.of(new AsmStatement("r0 = %d".formatted((int) value), line), new AsmStatement("exit", line));
    }

    BadInput bad(String what) {
        return body.bad(at, what);
    }
}
