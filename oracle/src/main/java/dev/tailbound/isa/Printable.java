package dev.tailbound.isa;

/// Text of the input in a form that is safe to show: characters that move a cursor, are invisible or change the direction of text are escaped, as
/// `\n`, `\u001b` or `\u202e`.
///
/// Escaping twice gives the same as escaping once, and an escaped string of JSON or Java still means the same.
public final class Printable {
    private Printable() {}

    /// The text on one line.
    public static String line(String text) {
        return escaped(text, false);
    }

    /// The text with its line feeds as they are.
    public static String lines(String text) {
        return escaped(text, true);
    }

    /// Whether a code point is shown as it is: no control or format character, no line or paragraph separator, no lone surrogate, no noncharacter.
    public static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> (c & 0xfffe) != 0xfffe;
        };
    }

    private static String escaped(String text, boolean keepsLines) {
        if (text.codePoints().allMatch(c -> isShown(c, keepsLines))) {
            return text;
        }
        var shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isShown(c, keepsLines)) {
                shown.appendCodePoint(c);
            } else {
                shown.append(escape(c));
            }
        });
        return shown.toString();
    }

    private static boolean isShown(int c, boolean keepsLines) {
        return isPrintable(c) || (c == '\n' && keepsLines);
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> {
                var units = new StringBuilder();
                for (char unit : Character.toChars(c)) {
                    units.append("\\u%04x".formatted((int) unit));
                }
                yield units.toString();
            }
        };
    }
}
