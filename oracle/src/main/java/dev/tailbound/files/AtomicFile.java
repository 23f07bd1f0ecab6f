package dev.tailbound.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Writes files that are there as a whole or not at all, whenever the process ends.
///
/// The new file takes the place of what had its name, also of a link, which is not followed.
public final class AtomicFile {
    /// Ends the names of files that are not whole.
    public static final String UNFINISHED = ".tmp";

    /// As the user's umask leaves it.
    private static final FileAttribute<?> MODE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(
            "rw-rw-rw-"));

    private AtomicFile() {}

    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(UTF_8));
    }

    public static void write(Path file, byte... content) throws IOException {
        var unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), "tailbound-", UNFINISHED, MODE);
        try {
            Files.write(unfinished, content);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            Files.deleteIfExists(unfinished);
            throw failure;
        }
    }
}
