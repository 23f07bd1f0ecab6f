package dev.tailbound.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// An output file named by the user, checked before the work that produces its content.
///
/// A regular file, also after a link, is replaced atomically. A device, or an open file of this process such as `/dev/stdout`, is written to.
/// Everything else is rejected: it must not become a regular file, and opening a pipe blocks until it has a reader.
///
/// @param file      path given by the user
/// @param target    the same with links resolved
/// @param isWritten written to in place instead of replaced
public record OutputFile(Path file, Path target, boolean isWritten) {

    /// Throws [BadInput] if the file at the path can be neither replaced nor written to.
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
            return new OutputFile(file, file, false); // writing reports the error
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
