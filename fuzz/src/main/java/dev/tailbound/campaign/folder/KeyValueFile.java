package dev.tailbound.campaign.folder;

import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A small text file of lines `key = value`, written as a whole.
///
/// @param file   its path in messages
/// @param values by key
record KeyValueFile(Path file, Map<String, String> values) {
    private static final String EQUALS = " = ";
    private static final int MAX_BYTES = 1 << 18;

    /// Throws [BadInput] if it cannot be read.
    static KeyValueFile read(Folder folder, String name) {
        return parse(folder.resolve(name), folder.text(name, MAX_BYTES));
    }

    /// Lines without a key are ignored; a line end in a value is escaped as in Java.
    static KeyValueFile parse(Path file, String text) {
        var values = new LinkedHashMap<String, String>();
        for (var line : text.lines().toList()) {
            int equals = line.indexOf(EQUALS);
            if (equals > 0) {
                values.put(line.substring(0, equals), unescaped(file, line.substring(equals + EQUALS.length())));
            }
        }
        return new KeyValueFile(file, values);
    }

    String textOr(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    /// Throws [BadInput] if the file has no such line.
    String text(String key) {
        var value = values.get(key);
        if (value == null) {
            throw new BadInput(file.toString(),
                    "is damaged or of something else, expected a line %s = ..., found none".formatted(key));
        }
        return value;
    }

    /// Throws [BadInput] if the file has no such line, or if the value is no number.
    long number(String key) {
        var value = text(key);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new BadInput(file.toString(),
                    "is damaged, expected a number as %s, found %s".formatted(key, BadInput.quoted(value)));
        }
    }

    static String text(Map<String, String> values) {
        var text = new StringBuilder();
        values.forEach((key, value) -> text.append(key).append(EQUALS).append(escaped(value)).append('\n'));
        return text.toString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescaped(Path file, String value) {
        try {
            return value.translateEscapes();
        } catch (IllegalArgumentException e) {
            throw new BadInput(file.toString(),
                    "is damaged, expected a value with escapes as in Java, found " + BadInput.quoted(value));
        }
    }
}
