package dev.tailbound.files;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

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

    /// The rest of a stream of at most `limit` bytes; throws [BadInput] with the name `file` if it is longer.
    public static byte[] read(Path file, InputStream in, int limit) throws IOException {
        var bytes = in.readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw new BadInput(file.toString(), "expected at most %d bytes, found more".formatted(limit));
        }
        return bytes;
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
