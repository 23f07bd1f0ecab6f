package dev.tailbound.run.kernel;

import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Files that a guest needs until it is up: its initramfs, the shared memory, and the socket of its bell.
///
/// Deleted when this process exits; if it is killed, the next process deletes them.
record GuestFiles(Path folder) {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Pattern NAME = Pattern.compile("tailbound-(\\d{1,18})-\\d+");
    private static final String INITRAMFS = "initramfs";
    private static final String SHARED_MEMORY = "memory";
    private static final String BELL = "bell";
    private static final Set<String> NAMES = Set.of(INITRAMFS, SHARED_MEMORY, BELL);
    private static final Set<GuestFiles> PRESENT = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(GuestFiles::deletePresent, "guest files"));
    }

    static GuestFiles create(byte[] initramfs) throws IOException {
        var parent = Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
        deleteOrphans(parent);
        var files = new GuestFiles(Files.createTempDirectory(parent, "tailbound-%d-".formatted(ProcessHandle.current().pid())));
        PRESENT.add(files);
        Files.write(files.initramfs(), initramfs);
        return files;
    }

    /// Deletes the files of dead processes; a folder that contains anything else is not Tailbound's and stays.
    static void deleteOrphans(Path parent) throws IOException {
        try (var folders = Files.newDirectoryStream(parent, "tailbound-*")) {
            for (var folder : folders) {
                var name = NAME.matcher(folder.getFileName().toString());
                if (name.matches() && FileKind.ofItself(folder) == FileKind.FOLDER && Files.isWritable(folder)
                        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
                        && NAMES.containsAll(new Folder(folder).names())) {
                    new GuestFiles(folder).delete();
                }
            }
        }
    }

    private static void deletePresent() {
        for (var files : PRESENT) {
            try {
                files.delete();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Path initramfs() {
        return folder.resolve(INITRAMFS);
    }

    Path memory() {
        return folder.resolve(SHARED_MEMORY);
    }

    Path bell() {
        return folder.resolve(BELL);
    }

    void delete() throws IOException {
        for (var file : List.of(initramfs(), memory(), bell(), folder)) {
            Files.deleteIfExists(file);
        }
        PRESENT.remove(this);
    }
}
