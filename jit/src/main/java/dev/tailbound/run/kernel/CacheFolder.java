package dev.tailbound.run.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Where this user keeps what can be made or fetched again: `$XDG_CACHE_HOME/tailbound`, else `~/.cache/tailbound`.
public final class CacheFolder {
    private CacheFolder() {}

    /// The folder, or one in it; made if need be.
    public static Path of(String... names) throws IOException {
        var home = System.getenv("XDG_CACHE_HOME");
        var base = home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        return Files.createDirectories(Path.of(base.resolve("tailbound").toString(), names));
    }

    /// Writes a file that others may be reading or writing at the same time: it is there as a whole, or not at all.
    public static void write(Path file, byte... content) throws IOException {
        var unfinished = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
        Files.write(unfinished, content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
