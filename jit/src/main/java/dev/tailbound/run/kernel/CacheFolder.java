package dev.tailbound.run.kernel;

import dev.tailbound.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where this user keeps what can be made or fetched again: `$XDG_CACHE_HOME/tailbound`, else `~/.cache/tailbound`.
public final class CacheFolder {
    private CacheFolder() {}

    /// Where the folder is, or a file in it; neither need be there.
    public static Path place(String... names) {
        var home = System.getenv("XDG_CACHE_HOME");
        var base = home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        return Path.of(base.resolve("tailbound").toString(), names);
    }

    /// The folder, or one in it; made if need be.
    public static Path of(String... names) {
        var folder = place(names);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UnusableCacheException(folder, e);
        }
    }

    /// Writes a file that others may be reading or writing at the same time: it is there as a whole, or not at all.
    public static void write(Path file, byte... content) {
        try {
            AtomicFile.write(file, content);
        } catch (IOException e) {
            throw new UnusableCacheException(file, e);
        }
    }

    /// The files of a folder; those that are still being written, or never were to their end, are none.
    static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(AtomicFile.UNFINISHED)).sorted().toList();
        }
    }
}
