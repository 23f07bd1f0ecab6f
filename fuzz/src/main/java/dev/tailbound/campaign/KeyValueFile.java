package dev.tailbound.campaign;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A small text file of lines `key = value`, written as a whole.
///
/// @param file   what messages call it
/// @param values of the keys
record KeyValueFile(Path file, Map<String, String> values) {
    private static final String EQUALS = " = ";

    static KeyValueFile read(Path file) throws IOException {
        return parse(file, Files.readString(file));
    }

    /// Lines without a key are passed over.
    static KeyValueFile parse(Path file, String text) {
        var values = new LinkedHashMap<String, String>();
        for (var line : text.lines().toList()) {
            int equals = line.indexOf(EQUALS);
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + EQUALS.length()));
            }
        }
        return new KeyValueFile(file, values);
    }

    String textOr(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    /// Throws [BadInput] where the file has no such line.
    String text(String key) {
        var value = values.get(key);
        if (value == null) {
            throw new BadInput(file.toString(), "is damaged or of something else, expected a line %s = ..., found none".formatted(
                    key));
        }
        return value;
    }

    /// Throws [BadInput] where the file has no such line, or no number in it.
    long number(String key) {
        var value = text(key);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new BadInput(file.toString(), "is damaged, expected a number as %s, found %s".formatted(key, BadInput.quoted(
                    value)));
        }
    }

    static void write(Path file, Map<String, String> values) throws IOException {
        WholeFile.write(file, text(values));
    }

    static String text(Map<String, String> values) {
        var text = new StringBuilder();
        values.forEach((key, value) -> text.append(key).append(EQUALS).append(value).append('\n'));
        return text.toString();
    }
}
