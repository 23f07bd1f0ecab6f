package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestFilesTest {
    private static final long NONE = 1L << 40;

    @Test
    void only_files_of_dead_processes_are_removed(@TempDir Path parent) throws IOException {
        var orphan = Files.createDirectory(parent.resolve("tailbound-%d-1".formatted(NONE)));
        Files.writeString(orphan.resolve("memory"), "");
        var living = Files.createDirectory(parent.resolve("tailbound-%d-1".formatted(ProcessHandle.current().pid())));
        var other = Files.createDirectory(parent.resolve("tailbound-notes"));
        var kept = Files.writeString(other.resolve("memory"), "kept");
        var link = Files.createSymbolicLink(parent.resolve("tailbound-%d-2".formatted(NONE)), other);
        var foreign = Files.createDirectories(parent.resolve("tailbound-%d-3/inner".formatted(NONE)));
        Files.createDirectory(parent.resolve("tailbound-%s-1".formatted("9".repeat(30))));
        GuestFiles.deleteOrphans(parent);
        assertThat(kept).hasContent("kept");
        assertThat(link).isSymbolicLink();
        assertThat(foreign).exists();
        assertThat(parent).isDirectoryContaining(living::equals).isDirectoryContaining(other::equals)
                .isDirectoryNotContaining(orphan::equals);
    }

    @Test
    void files_are_gone_once_deleted() throws IOException {
        var files = GuestFiles.create(new byte[]{ 1, 2 });
        assertThat(files.initramfs()).hasBinaryContent(new byte[]{ 1, 2 });
        files.delete();
        assertThat(files.folder()).doesNotExist();
    }
}
