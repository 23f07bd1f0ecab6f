package dev.tailbound.files;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads user-supplied files up to a limit: a file's stated size may be wrong, and a device has none.
public final class InputFile {
    /// Names standard input, as usual; a file of this name is `./-`.
    public static final Path STANDARD_INPUT = Path.of("-");

    private static final Path DESCRIPTOR = Path.of("/dev/stdin");

    private InputFile() {}

    /// Content of a file of at most `limit` bytes, or of standard input; throws [BadInput] if it is missing, longer, or of a type that could block on opening.
    public static byte[] read(Path file, int limit) {
        if (file.equals(STANDARD_INPUT)) {
            return read(DESCRIPTOR, limit);
        }
        try {
            requireReadable(file);
            try (var in = Files.newInputStream(file)) {
                return read(file, in, limit);
            }
        } catch (IOException failure) {
            throw new BadInput(file.toString(), "cannot be read: " + IoErrors.reason(failure));
        }
    }

    /// The same as read-only memory outside the Java heap, for large files; a pipe's content is read into the heap.
    public static ByteBuffer map(Path file, int limit) {
        try {
            return FileKind.of(file) == FileKind.REGULAR ? mapped(file, limit)
                    : ByteBuffer.wrap(read(file, limit)).asReadOnlyBuffer();
        } catch (IOException failure) {
            throw new BadInput(file.toString(), "cannot be read: " + IoErrors.reason(failure));
        }
    }

    private static ByteBuffer mapped(Path file, int limit) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > limit) {
                throw tooLong(file, limit);
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    /// The rest of a stream of at most `limit` bytes; throws [BadInput] with the name `file` if it is longer.
    public static byte[] read(Path file, InputStream in, int limit) throws IOException {
        var bytes = in.readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw tooLong(file, limit);
        }
        return bytes;
    }

    private static BadInput tooLong(Path file, int limit) {
        return new BadInput(file.toString(), "expected at most %d bytes, found more".formatted(limit));
    }

    private static void requireReadable(Path file) throws IOException {
        var kind = FileKind.of(file);
        boolean readable = switch (kind) {
            case REGULAR -> true;
            case PIPE, DEVICE, SOCKET -> FileKind.isDescriptor(file);
            case NOTHING, FOLDER, LINK, BLOCK_DEVICE, OTHER -> false;
        };
        if (!readable) {
            throw new BadInput(file.toString(), kind == FileKind.NOTHING ? "no such file"
                    : "expected a file, found " + kind.phrase());
        }
    }
}
