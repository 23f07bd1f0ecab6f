package dev.tailbound.isa;

/// Escapes untrusted text for display: characters that move the cursor, are invisible or change text direction become `\n`, `\u001b` or `\u202e`.
///
/// Escaping is idempotent, and an escaped JSON or Java string literal keeps its meaning.
public final class Printable {
    private Printable() {}

    /// The text on one line.
    public static String line(String text) {
        return escaped(text, false);
    }

    /// The text with line feeds unchanged.
    public static String lines(String text) {
        return escaped(text, true);
    }

    /// Whether a code point needs no escape: not a control or format character, line or paragraph separator, lone surrogate or noncharacter.
    public static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                false;
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
