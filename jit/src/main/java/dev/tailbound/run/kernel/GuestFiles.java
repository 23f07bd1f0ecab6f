package dev.tailbound.run.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a guest needs as files until it is up: its initramfs, the shared memory, and the socket of its bell.
record GuestFiles(Path folder) {
    private static final Path MEMORY = Path.of("/dev/shm");

    static GuestFiles create(byte[] initramfs) throws IOException {
        var folder = Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "tailbound")
                : Files.createTempDirectory(
                        "tailbound");
        var files = new GuestFiles(folder);
        Files.write(files.initramfs(), initramfs);
        return files;
    }

    Path initramfs() {
        return folder.resolve("initramfs");
    }

    Path memory() {
        return folder.resolve("memory");
    }

    Path bell() {
        return folder.resolve("bell");
    }

    void delete() throws IOException {
        for (var file : List.of(initramfs(), memory(), bell(), folder)) {
            Files.deleteIfExists(file);
        }
    }
}
