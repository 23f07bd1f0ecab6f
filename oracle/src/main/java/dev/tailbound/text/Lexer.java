package dev.tailbound.text;

import dev.tailbound.isa.BadInput;
import java.util.ArrayList;
import java.util.List;

/// Splits assembly text into words, numbers and operators; skips comments; line ends and `;` become [Kind#END].
final class Lexer {
    enum Kind {
        WORD, NUMBER, OPERATOR, END
    }

    record Token(Kind kind, String text, int line) {
        boolean is(String expected) {
            return text.equals(expected);
        }

        /// The token as quoted in messages.
        String shown() {
            return kind == Kind.END ? "the end of the statement" : BadInput.quoted(text);
        }
    }

    /// Longer operators before their prefixes.
    // @formatter:off
    private static final List<String> OPERATORS = List.of(
        "s>>=", "<<=", ">>=",
        "s/=", "s%=", "s>=", "s<=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "==", "!=", ">=", "<=", "s>", "s<",
        "=", ">", "<", "&", "(", ")", "[", "]", "*", "+", "-", ",", ":");
    // @formatter:on

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line;

    private Lexer(String text, int firstLine) {
        this.text = text;
        line = firstLine;
    }

    /// The tokens of `text`, whose first line has number `firstLine`; an END is always last.
    static List<Token> tokens(String text, int firstLine) {
        var lexer = new Lexer(text, firstLine);
        while (lexer.at < text.length()) {
            lexer.token();
        }
        lexer.add(Kind.END, "");
        return lexer.tokens;
    }

    private void token() {
        char c = text.charAt(at);
        if (c == '\n') {
            add(Kind.END, "");
            at++;
            line++;
        } else if (c == ';') {
            add(Kind.END, "");
            at++;
        } else if (Character.isWhitespace(c)) {
            at++;
        } else if (c == '#' || text.startsWith("//", at)) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        } else if (text.startsWith("/*", at)) {
            blockComment();
        } else if (isDigit(c)) {
            add(Kind.NUMBER, word());
        } else {
            var operator = operator();
            if (operator != null) {
                add(Kind.OPERATOR, operator);
                at += operator.length();
            } else if (isWordPart(c)) {
                add(Kind.WORD, word());
            } else {
                throw bad("unexpected character %s".formatted(c > ' ' && c < 0x7f ? "'" + c + "'" : "U+%04X".formatted((int) c)));
            }
        }
    }

    private void blockComment() {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
            throw bad("comment without end, expected */");
        }
        for (; at < end + 2; at++) {
            if (text.charAt(at) == '\n') {
                line++;
            }
        }
    }

    private String operator() {
        for (var operator : OPERATORS) {
            if (text.startsWith(operator, at)) {
                return operator;
            }
        }
        return null;
    }

    private String word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isWordPart(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || c == '_' || c == '.' || c == '$';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void add(Kind kind, String word) {
        tokens.add(new Token(kind, word, line));
    }

    private BadInput bad(String what) {
        return new BadInput(Integer.toString(line), what);
    }
}
