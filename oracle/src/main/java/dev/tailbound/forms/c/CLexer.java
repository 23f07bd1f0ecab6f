package dev.tailbound.forms.c;

import dev.tailbound.forms.c.CToken.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Cuts C source into tokens: comments and preprocessor lines are dropped, but `#define NAME ...` without parameters is recorded.
///
/// Any text has tokens. A string literal that goes on after a backslash at the end of a line becomes one token a line, which is the same to C,
/// where adjacent literals are one, and keeps line numbers. A quote without its other end is a [Kind#MARK].
final class CLexer {
    /// Longer ones before their own beginnings.
    private static final List<String> MARKS = List.of("...", "<<=", ">>=", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||");

    private final String text;
    private final Map<String, List<CToken>> defines = new LinkedHashMap<>();
    private List<CToken> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private CLexer(String text) {
        this.text = text;
    }

    /// The tokens of a file, and the definitions of its `#define` lines.
    record Lexed(List<CToken> tokens, Map<String, List<CToken>> defines) {}

    static Lexed lex(String text) {
        var lexer = new CLexer(text);
        while (lexer.at < text.length()) {
            if (lexer.atDirective()) {
                lexer.directive();
            } else {
                lexer.token();
            }
        }
        return new Lexed(List.copyOf(lexer.tokens), lexer.defines);
    }

    /// A `#` with nothing but blanks before it on its line.
    private boolean atDirective() {
        if (text.charAt(at) != '#') {
            return false;
        }
        int before = at - 1;
        while (before >= 0 && (text.charAt(before) == ' ' || text.charAt(before) == '\t')) {
            before--;
        }
        return before < 0 || text.charAt(before) == '\n';
    }

    private void directive() {
        int first = line;
        at++;
        int end = directiveEnd();
        var body = new CLexer(text.substring(at, end));
        body.line = line;
        while (body.at < body.text.length()) {
            body.token();
        }
        var words = body.tokens;
        boolean isDefine = words.size() > 1 && words.getFirst().is("define") && words.get(1).isWord();
        if (isDefine && words.getFirst().line() == first && !hasParameters(body.text, words.get(1).text())) {
            defines.putIfAbsent(words.get(1).text(), List.copyOf(words.subList(2, words.size())));
        }
        line = body.line;
        at = end;
    }

    /// The end of the line, or of one that continues it; a comment may hold line ends.
    private int directiveEnd() {
        int end = at;
        while (end < text.length() && (text.charAt(end) != '\n' || text.charAt(end - 1) == '\\')) {
            int close = text.startsWith("/*", end) ? text.indexOf("*/", end + 2) : -1;
            end = close < 0 ? end + 1 : close + 2;
        }
        return end;
    }

    /// A macro has parameters if a parenthesis follows its name immediately.
    private static boolean hasParameters(String directive, String name) {
        int after = directive.indexOf(name, directive.indexOf("define") + "define".length()) + name.length();
        return after < directive.length() && directive.charAt(after) == '(';
    }

    private void token() {
        char c = text.charAt(at);
        if (c == '\n') {
            line++;
            at++;
        } else if (c <= ' ' || (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '\n')) {
            at++;
        } else if (text.startsWith("//", at)) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        } else if (text.startsWith("/*", at)) {
            comment();
        } else if (isDigit(c)) {
            add(Kind.NUMBER, run());
        } else if (isWordPart(c)) {
            add(Kind.WORD, run());
        } else if (c == '"') {
            literal('"', Kind.STRING);
        } else if (c == '\'') {
            literal('\'', Kind.CHARACTER);
        } else {
            mark();
        }
    }

    private void comment() {
        int end = text.indexOf("*/", at + 2);
        int stop = end < 0 ? text.length() : end + 2;
        for (; at < stop; at++) {
            if (text.charAt(at) == '\n') {
                line++;
            }
        }
    }

    /// A string or character constant, in one token a line; a mark where its line ends before it does.
    private void literal(char quote, Kind kind) {
        var part = new StringBuilder();
        var parts = new ArrayList<CToken>();
        int first = line;
        int partLine = line;
        for (int i = at + 1; i < text.length() && text.charAt(i) != '\n';) {
            char c = text.charAt(i);
            if (c == quote) {
                parts.add(new CToken(kind, part.toString(), partLine));
                tokens.addAll(parts);
                line = partLine;
                at = i + 1;
                return;
            }
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                parts.add(new CToken(kind, part.toString(), partLine++));
                part.setLength(0);
                i += 2;
            } else if (c == '\\') {
                i = escape(i + 1, part);
            } else {
                part.append(c);
                i++;
            }
        }
        line = first;
        mark();
    }

    /// Appends the value of the escape sequence after a backslash; returns its end.
    private int escape(int from, StringBuilder value) {
        if (from >= text.length()) {
            return from;
        }
        char c = text.charAt(from);
        if (c == 'x') {
            return number(from + 1, from + 3, 16, value);
        }
        if (c >= '0' && c <= '7') {
            return number(from, from + 3, 8, value);
        }
        int known = "abfnrtv".indexOf(c);
        value.append(known < 0 ? c : "\007\b\f\n\r\t\013".charAt(known));
        return from + 1;
    }

    private int number(int from, int limit, int radix, StringBuilder value) {
        int end = from;
        int number = 0;
        while (end < Math.min(limit, text.length()) && text.charAt(end) < 0x80 && Character.digit(text.charAt(end), radix) >= 0) {
            number = number * radix + Character.digit(text.charAt(end++), radix);
        }
        value.append((char) (number & 0xff));
        return end;
    }

    private void mark() {
        for (var mark : MARKS) {
            if (text.startsWith(mark, at)) {
                add(Kind.MARK, mark);
                at += mark.length();
                return;
            }
        }
        int end = text.offsetByCodePoints(at, 1);
        add(Kind.MARK, text.substring(at, end));
        at = end;
    }

    private String run() {
        int start = at;
        while (at < text.length() && (isWordPart(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private void add(Kind kind, String token) {
        tokens.add(new CToken(kind, token, line));
    }
}
