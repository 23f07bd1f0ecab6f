package dev.tailbound.campaign.folder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A text file that grows by whole lines. Opening it removes a last line that a crash left incomplete.
final class AppendOnlyFile implements AutoCloseable {
    private static final int MAX_BYTES = 1 << 26;

    private final FileChannel channel;
    private final List<String> lines;

    /// The format of the lines of a file.
    ///
    /// @param name  its name in messages
    /// @param whole whether a text is a complete line
    /// @param torn  whether a text may be the beginning of a line
    record Form(String name, Predicate<String> whole, Predicate<String> torn) {
        /// Any text.
        static final Form ANY = new Form("", _ -> true, _ -> true);
    }

    /// Throws [BadInput], and does not change the file, if a line does not have the format.
    AppendOnlyFile(Folder folder, String name, Form form) throws IOException {
        lines = lines(folder, name, form);
        long end = lines.stream().mapToLong(line -> line.length() + 1L).sum();
        channel = folder.open(name);
        channel.truncate(end);
        channel.position(end);
    }

    /// The complete lines of a file that another process may be writing; none if there is no file. Throws [BadInput] if one has another format.
    static List<String> lines(Folder folder, String name, Form form) throws IOException {
        var file = folder.resolve(name);
        var found = folder.kind(name) == FileKind.NOTHING ? "" : new String(folder.read(name, MAX_BYTES), ISO_8859_1);
        var whole = new ArrayList<String>();
        int start = 0;
        for (int newline = found.indexOf('\n'); newline >= 0; newline = found.indexOf('\n', start)) {
            whole.add(found.substring(start, newline));
            requireForm(file, whole.size(), form, form.whole, whole.getLast());
            start = newline + 1;
        }
        requireForm(file, whole.size() + 1, form, form.torn, found.substring(start));
        return List.copyOf(whole);
    }

    private static void requireForm(Path file, int number, Form form, Predicate<String> accepted, String line) {
        if (!accepted.test(line)) {
            throw new BadInput(file + ":" + number,
                    "is damaged, expected %s, found %s".formatted(form.name, BadInput.quoted(line)));
        }
    }

    /// The lines that existed when the file was opened.
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
