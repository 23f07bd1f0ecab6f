package dev.tailbound.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file that a user named for output, checked before there is anything to write.
///
/// A regular file is replaced as a whole, also where a link leads to it. A device, and an open file of this process such as `/dev/stdout`, is written to.
/// Everything else is refused: it must never become a regular file, and opening a pipe waits for its reader.
///
/// @param file      as the user named it
/// @param target    the same without links
/// @param isWritten whether it is written to, rather than replaced
public record OutputFile(Path file, Path target, boolean isWritten) {

    /// Throws [BadInput] where what lies there cannot be replaced or written to.
    public static OutputFile at(Path file) {
        try {
            if (FileKind.isDescriptor(file)) {
                return new OutputFile(file, file, true);
            }
            var itself = FileKind.ofItself(file);
            var kind = FileKind.of(file);
            return switch (kind) {
                case REGULAR -> new OutputFile(file, itself == FileKind.LINK ? file.toRealPath() : file, false);
                case DEVICE -> new OutputFile(file, file, true);
                case NOTHING -> {
                    if (itself == FileKind.LINK) {
                        throw refused(file, "a link to nothing");
                    }
                    yield new OutputFile(file, file, false);
                }
                case FOLDER, LINK, PIPE, BLOCK_DEVICE, SOCKET, OTHER -> throw refused(file, kind.phrase());
            };
        } catch (IOException e) {
            return new OutputFile(file, file, false); // writing says why it cannot be
        }
    }

    private static BadInput refused(Path file, String found) {
        return new BadInput(file.toString(), "expected a regular file or a new one to write, found " + found);
    }

    public void write(String text) throws IOException {
        write(text.getBytes(UTF_8));
    }

    public void write(byte... content) throws IOException {
        if (isWritten) {
            Files.write(target, content, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        } else {
            AtomicFile.write(target, content);
        }
    }
}
