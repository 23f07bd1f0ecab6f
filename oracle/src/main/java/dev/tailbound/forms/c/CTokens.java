package dev.tailbound.forms.c;

import dev.tailbound.forms.c.CToken.Kind;
import dev.tailbound.isa.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A position in the tokens of a file, or of a part of it.
public final class CTokens {
    private final String file;
    private final List<CToken> tokens;
    private final CToken end;
    private int at;

    /// @param after the text after the tokens, for messages
    private CTokens(String file, List<CToken> tokens, CToken after) {
        this.file = file;
        this.tokens = tokens;
        end = new CToken(Kind.END, "", after.line());
    }

    /// All of some tokens; messages name the file.
    public static CTokens of(String file, List<CToken> tokens) {
        return new CTokens(file, tokens, tokens.isEmpty() ? new CToken(Kind.END, "", 1) : tokens.getLast());
    }

    public CToken peek() {
        return peek(0);
    }

    /// The token so many positions ahead; an END if there is none.
    public CToken peek(int ahead) {
        return at + ahead < tokens.size() ? tokens.get(at + ahead) : end;
    }

    public CToken next() {
        var token = peek();
        at = Math.min(at + 1, tokens.size());
        return token;
    }

    public boolean atEnd() {
        return at >= tokens.size();
    }

    public boolean accept(String text) {
        if (peek().is(text)) {
            at++;
            return true;
        }
        return false;
    }

    /// Throws [BadInput] if another token is next.
    public void expect(String text) {
        if (!accept(text)) {
            throw expected("'" + text + "'");
        }
    }

    public String word(String what) {
        if (!peek().isWord()) {
            throw expected(what);
        }
        return next().text();
    }

    /// Adjacent string literals as one; throws [BadInput] if none is next.
    public String string(String what) {
        if (peek().kind() != Kind.STRING) {
            throw expected(what);
        }
        var text = new StringBuilder();
        while (peek().kind() == Kind.STRING) {
            text.append(next().text());
        }
        return text.toString();
    }

    /// Consumes the next brackets, which open with `open`; returns their contents.
    public CTokens inside(String open) {
        expect(open);
        int from = at;
        int close = closing(from);
        at = close + 1;
        return new CTokens(file, tokens.subList(from, close), tokens.get(close));
    }

    /// The position of the bracket that closes the one open at `from`.
    private int closing(int from) {
        var open = tokens.get(from - 1);
        int depth = 1;
        for (int i = from; i < tokens.size(); i++) {
            depth += depth(tokens.get(i));
            if (depth == 0) {
                return i;
            }
        }
        throw bad(open, "%s without its closing bracket".formatted(open.shown()));
    }

    private static int depth(CToken token) {
        return token.is("(") || token.is("{") || token.is("[") ? 1 : token.is(")") || token.is("}") || token.is("]") ? -1 : 0;
    }

    /// The tokens before the next of these marks outside of brackets; the mark, if any, is not consumed.
    public CTokens until(String... marks) {
        int from = at;
        int depth = 0;
        while (at < tokens.size() && (depth > 0 || !isOne(tokens.get(at), marks))) {
            depth = Math.max(0, depth + depth(tokens.get(at)));
            at++;
        }
        return new CTokens(file, tokens.subList(from, at), peek());
    }

    private static boolean isOne(CToken token, String... marks) {
        for (var mark : marks) {
            if (token.is(mark)) {
                return true;
            }
        }
        return false;
    }

    /// The parts between commas outside of brackets; a comma at the end separates nothing.
    public List<CTokens> split() {
        var parts = new ArrayList<CTokens>();
        while (!atEnd()) {
            parts.add(until(","));
            accept(",");
        }
        return parts;
    }

    /// The remaining tokens.
    public List<CToken> rest() {
        return tokens.subList(at, tokens.size());
    }

    /// The tokens between this position and a later one.
    public CTokens upTo(CTokens later) {
        return new CTokens(file, tokens.subList(at, later.at), later.peek());
    }

    /// A second position at the same place.
    public CTokens copy() {
        var copy = new CTokens(file, tokens, end);
        copy.at = at;
        return copy;
    }

    public BadInput expected(String what) {
        return bad(peek(), "expected %s, found %s".formatted(what, peek().shown()));
    }

    public BadInput bad(CToken token, String what) {
        return bad(token.line(), what);
    }

    public BadInput bad(int line, String what) {
        return new BadInput(file + ":" + line, what);
    }

    /// The tokens of a file, and the scope of its `#define` lines.
    public record File(CTokens tokens, CScope scope) {}

    /// Any text is some tokens; never throws.
    public static File lex(String file, String text) {
        var lexed = CLexer.lex(text);
        return new File(of(file, lexed.tokens()), new CScope(file, Map.copyOf(lexed.defines())));
    }
}
