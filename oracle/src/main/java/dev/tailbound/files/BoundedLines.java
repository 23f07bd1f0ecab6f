package dev.tailbound.files;

import java.io.IOException;
import java.io.Reader;
import java.util.function.Consumer;

/// Reads the output lines of another process with bounded memory.
public final class BoundedLines {
    private BoundedLines() {}

    /// Passes each line to `consumer`, truncated to `limit` characters.
    public static void forEach(Reader in, int limit, Consumer<String> consumer) throws IOException {
        var buffer = new char[8192];
        var line = new StringBuilder();
        boolean begun = false;
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            for (int i = 0; i < length; i++) {
                begun = buffer[i] != '\n';
                if (!begun) {
                    consumer.accept(line.toString());
                    line.setLength(0);
                } else if (line.length() < limit) {
                    line.append(buffer[i]);
                }
            }
        }
        if (begun) {
            consumer.accept(line.toString());
        }
    }
}
