package dev.tailbound.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTest {
    @TempDir
    private Path place;
    private Path elsewhere;
    private Folder folder;

    @BeforeEach
    void make() throws IOException {
        elsewhere = Files.createDirectory(place.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("kept"), "kept");
        folder = new Folder(Files.createDirectory(place.resolve("folder")));
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action).isInstanceOf(BadInput.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "..", "/etc/passwd", "../x", "../../x", "a/b", "a\nb", "a\u001bb", "a\u202eb",
        "nul\u0000" })
    void an_invalid_name_is_rejected(String name) {
        assertRefused(() -> folder.resolve(name), "expected the name of a file, found '");
    }

    @Test
    void links_are_not_followed() throws IOException {
        Files.createSymbolicLink(folder.path().resolve("file"), elsewhere.resolve("kept"));
        Files.createSymbolicLink(folder.path().resolve("inner"), elsewhere);
        assertThat(folder.kind("file")).isEqualTo(FileKind.LINK);
        assertRefused(() -> folder.text("file", 100), "file: expected a regular file, found a link");
        assertRefused(() -> folder.open("file").close(), "file: expected a regular file, found a link");
        assertRefused(() -> folder.openToRead("file").close(), "file: expected a regular file, found a link");
        assertRefused(() -> folder.folder("inner"), "inner: expected a folder, found a link");
        assertRefused(() -> folder.make("inner"), "inner: expected a folder, found a link");

        folder.write("file", "mine");
        folder.clear();
        assertThat(folder.path()).isEmptyDirectory();
        assertThat(elsewhere.resolve("kept")).hasContent("kept");
    }

    @Test
    void a_file_with_two_names_is_not_changed_in_place() throws IOException {
        Files.createLink(folder.path().resolve("file"), elsewhere.resolve("kept"));
        assertRefused(() -> folder.open("file").close(), "file: expected a file with one name, found one with 2 hard links");
        folder.write("file", "mine");
        assertThat(elsewhere.resolve("kept")).hasContent("kept");
    }

    @Test
    void a_folder_keeps_its_name() throws IOException {
        Files.createDirectories(folder.path().resolve("taken/inner"));
        assertRefused(() -> folder.write("taken", "x"), "taken: expected a regular file, found a folder");
        folder.write("other", "x");
        assertRefused(() -> folder.move("other", "taken"), "taken: expected nothing, found a folder");
        assertRefused(folder::clear, "taken: expected a regular file, found a folder");
        assertThat(folder.names()).containsExactly("other", "taken");
    }

    @Test
    void at_most_the_limit_is_read() throws IOException {
        folder.write("file", "12345");
        assertThat(folder.text("file", 5)).isEqualTo("12345");
        assertThat(folder.beginning("file", 2)).isEqualTo("12");
        assertRefused(() -> folder.text("file", 4), "file: expected at most 4 bytes, found more");
        assertRefused(() -> folder.text("absent", 4), "absent: expected a regular file, found nothing");
    }
}
