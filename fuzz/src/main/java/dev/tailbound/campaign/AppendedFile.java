package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A text file that grows by whole lines; a last line that was torn by a sudden end is cut off when the file is opened.
final class AppendedFile implements AutoCloseable {
    private final FileChannel channel;
    private final List<String> lines;

    /// Keeps the lines before the first that is torn or not `intact`.
    AppendedFile(Path file, Predicate<String> intact) throws IOException {
        lines = intactLines(file, intact);
        long end = lines.stream().mapToLong(line -> line.length() + 1L).sum();
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(end);
        channel.position(end);
    }

    /// The lines before the first that is torn or not `intact`, of a file that somebody else may be writing; none where there is no file.
    static List<String> intactLines(Path file, Predicate<String> intact) throws IOException {
        var found = Files.exists(file) ? Files.readString(file, ISO_8859_1) : "";
        var kept = new ArrayList<String>();
        int start = 0;
        for (int newline = found.indexOf('\n'); newline >= 0; newline = found.indexOf('\n', start)) {
            var line = found.substring(start, newline);
            if (!intact.test(line)) {
                break;
            }
            kept.add(line);
            start = newline + 1;
        }
        return List.copyOf(kept);
    }

    /// The lines that were there when the file was opened.
    List<String> lines() {
        return lines;
    }

    void append(String line) throws IOException {
        var bytes = ByteBuffer.wrap((line + "\n").getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
