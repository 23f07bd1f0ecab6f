package dev.tailbound.cli;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes one JSON value: strings, numbers, booleans, null, maps and collections of them (RFC 8259).
final class Json {
    private Json() {}

    static String write(Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quote(text);
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case Map<?, ?> map -> map.entrySet().stream().map(entry -> quote((String) entry.getKey()) + ":" + write(entry
                    .getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
            case Collection<?> list -> list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        };
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                default -> {
                    if (c < ' ') {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
