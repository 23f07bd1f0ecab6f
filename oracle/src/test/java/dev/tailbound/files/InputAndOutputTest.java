package dev.tailbound.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Allowed input and output files, and the effect on existing files.
class InputAndOutputTest {
    @TempDir
    private Path folder;

    private Path made(String... command) throws IOException, InterruptedException {
        assumeTrue(new ProcessBuilder(command).directory(folder.toFile()).start().waitFor() == 0,
                String.join(" ", command) + " is not permitted here");
        return folder.resolve(command[1]);
    }

    private Path pipe() throws Exception {
        return made("mkfifo", "pipe");
    }

    /// A device like `/dev/full`, which only root can create.
    private Path full() throws Exception {
        return made("mknod", "full", "c", "1", "7");
    }

    private void assertNothingUnfinished() {
        assertThat(folder).isDirectoryNotContaining("glob:**" + AtomicFile.UNFINISHED);
    }

    @Test
    void a_regular_file_is_read_up_to_its_limit() throws IOException {
        var file = Files.writeString(folder.resolve("f"), "12345");
        assertThat(InputFile.read(file, 5)).hasSize(5);
        assertThatThrownBy(() -> InputFile.read(file, 4)).isInstanceOf(BadInput.class)
                .hasMessage(file + ": expected at most 4 bytes, found more");
    }

    /// Files below `/proc` state a size of 0.
    @Test
    void a_stated_file_size_is_not_trusted() {
        var file = Path.of("/proc/self/status");
        assertThat(InputFile.read(file, 1 << 20)).isNotEmpty();
        assertThatThrownBy(() -> InputFile.read(file, 10)).isInstanceOf(BadInput.class);
    }

    @Test
    void blocking_and_endless_files_are_not_read() throws Exception {
        assertRefused(folder, "expected a file, found a folder");
        assertRefused(pipe(), "expected a file, found a pipe");
        assertRefused(Files.createSymbolicLink(folder.resolve("zero"), Path.of("/dev/zero")), "expected a file, found a device");
        assertRefused(Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere")), "no such file");
        var loop = folder.resolve("loop");
        assertThatThrownBy(() -> InputFile.read(Files.createSymbolicLink(loop, loop), 10)).isInstanceOf(BadInput.class)
                .hasMessageStartingWith(loop + ": cannot be read: ");
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> InputFile.read(file, 10)).isInstanceOf(BadInput.class).hasMessage(file + ": " + message);
    }

    @Test
    void a_regular_file_is_replaced_atomically_even_through_a_link() throws IOException {
        var file = Files.writeString(folder.resolve("f"), "old");
        var old = Files.createLink(folder.resolve("old"), file);
        OutputFile.at(file).write("new");
        assertThat(file).hasContent("new");
        assertThat(old).hasContent("old");

        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("f"));
        OutputFile.at(link).write("newer");
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("newer").isRegularFile();
        assertNothingUnfinished();
    }

    @Test
    void a_device_is_written_to_and_stays_a_device() throws Exception {
        var full = full();
        assertThatThrownBy(() -> OutputFile.at(full).write("x")).isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(FileKind.ofItself(full)).isEqualTo(FileKind.DEVICE);
        assertNothingUnfinished();
    }

    @Test
    void an_open_file_of_the_process_is_written_to() throws IOException {
        assertThat(OutputFile.at(Path.of("/dev/stdout")).isWritten()).isTrue();
        assertThat(OutputFile.at(Path.of("/dev/fd/1")).isWritten()).isTrue();
        assertThat(OutputFile.at(Path.of("/proc/self/fd/../fd/2")).isWritten()).isTrue();
    }

    @Test
    void other_files_are_rejected_and_kept() throws Exception {
        assertNotWritten(Files.createDirectory(folder.resolve("inner")), "a folder");
        assertNotWritten(Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere")), "a link to nothing");
        assertNotWritten(pipe(), "a pipe");
        assertNothingUnfinished();
    }

    private static void assertNotWritten(Path file, String found) throws IOException {
        var before = Files.readAttributes(file, "unix:mode,ino", LinkOption.NOFOLLOW_LINKS);
        assertThatThrownBy(() -> OutputFile.at(file)).isInstanceOf(BadInput.class).hasMessage(file
                + ": expected a regular file or a new one to write, found " + found);
        assertThat(Files.readAttributes(file, "unix:mode,ino", LinkOption.NOFOLLOW_LINKS)).isEqualTo(before);
    }

    @Test
    void a_failed_write_leaves_no_file() throws IOException {
        var taken = Files.createDirectory(folder.resolve("taken"));
        assertThatThrownBy(() -> AtomicFile.write(taken, "x")).isInstanceOf(IOException.class);
        assertNothingUnfinished();
    }
}
