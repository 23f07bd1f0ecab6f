package dev.tailbound.forms.c;

import dev.tailbound.isa.BadInput;

/// A token of C source.
///
/// @param text of a string or character constant, its value, one character per byte; otherwise as written
/// @param line of the file, from 1
public record CToken(Kind kind, String text, int line) {
    /// The kind of a token. A character that begins no token of C is a [#MARK].
    public enum Kind {
        WORD, NUMBER, STRING, CHARACTER, MARK, END
    }

    /// It is this word or mark.
    public boolean is(String expected) {
        return (kind == Kind.WORD || kind == Kind.MARK) && text.equals(expected);
    }

    public boolean isWord() {
        return kind == Kind.WORD;
    }

    /// The token as quoted in messages.
    public String shown() {
        return switch (kind) {
            case END -> "the end";
            case STRING -> "the string " + BadInput.quoted(text);
            case CHARACTER -> "the character " + BadInput.quoted(text);
            case WORD, NUMBER, MARK -> BadInput.quoted(text);
        };
    }
}
