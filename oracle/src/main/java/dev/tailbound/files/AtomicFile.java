package dev.tailbound.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Writes files atomically: whenever the process ends, a file is complete or absent.
///
/// The new file replaces an existing file or link of the same name; links are not followed.
public final class AtomicFile {
    /// Suffix of incomplete files.
    public static final String UNFINISHED = ".tmp";

    /// Subject to the user's umask.
    private static final FileAttribute<?> MODE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-"));

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
