package dev.tailbound.cli;

import dev.tailbound.isa.Printable;
import java.io.PrintWriter;
import java.util.Map;

/// Writes one JSON value: strings, numbers, booleans, null, maps and sequences of them (RFC 8259).
final class Json {
    private Json() {}

    /// Writes piece by piece: a map of a case may have millions of values.
    static void write(Object value, PrintWriter out) {
        switch (value) {
            case null -> out.print("null");
            case String text -> out.print(quote(text));
            case Number number -> out.print(number);
            case Boolean bool -> out.print(bool);
            case Map<?, ?> map -> {
                out.print('{');
                var before = "";
                for (var entry : map.entrySet()) {
                    out.print(before + quote((String) entry.getKey()) + ":");
                    write(entry.getValue(), out);
                    before = ",";
                }
                out.print('}');
            }
            case Iterable<?> list -> {
                out.print('[');
                var before = "";
                for (var element : list) {
                    out.print(before);
                    write(element, out);
                    before = ",";
                }
                out.print(']');
            }
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    /// Characters that are not [Printable] get escapes that are valid JSON.
    private static String quote(String text) {
        return '"' + Printable.line(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }
}
