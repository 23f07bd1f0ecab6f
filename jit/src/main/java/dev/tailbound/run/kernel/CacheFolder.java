package dev.tailbound.run.kernel;

import dev.tailbound.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The user's cache folder for reproducible files: `$XDG_CACHE_HOME/tailbound`, or else `~/.cache/tailbound`.
public final class CacheFolder {
    private CacheFolder() {}

    /// Path of the folder or of a file in it; need not exist.
    public static Path place(String... names) {
        var home = System.getenv("XDG_CACHE_HOME");
        var base = home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        return Path.of(base.resolve("tailbound").toString(), names);
    }

    /// The folder or a subfolder, created if missing.
    public static Path of(String... names) {
        var folder = place(names);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UnusableCacheException(folder, e);
        }
    }

    /// Writes a file atomically, because other processes may read or write it at the same time.
    public static void write(Path file, byte... content) {
        try {
            AtomicFile.write(file, content);
        } catch (IOException e) {
            throw new UnusableCacheException(file, e);
        }
    }

    /// The complete files of a folder.
    static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(AtomicFile.UNFINISHED)).sorted().toList();
        }
    }
}
