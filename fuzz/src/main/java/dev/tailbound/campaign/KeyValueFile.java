package dev.tailbound.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A small text file of lines `key = value`, written as a whole.
final class KeyValueFile {
    private static final String EQUALS = " = ";

    private KeyValueFile() {}

    static SequencedMap<String, String> read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /// Lines without a key are passed over.
    static SequencedMap<String, String> parse(String text) {
        var values = new LinkedHashMap<String, String>();
        for (var line : text.lines().toList()) {
            int equals = line.indexOf(EQUALS);
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + EQUALS.length()));
            }
        }
        return values;
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
