package dev.tailbound.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolTest {
    @Test
    void a_missing_tool_is_named_with_its_install_command() {
        var fedora = Packages.of(Distribution.parse("ID=fedora"));
        assertThat(new MissingToolException(new Tool("qemu-system-aarch64"), fedora))
                .hasMessage("qemu-system-aarch64: not found on this machine; install with: dnf install qemu-system-aarch64");
    }

    @Test
    void folders_are_searched_in_order(@TempDir Path empty) {
        assertThat(new Tool("sh").find(empty + ":/bin")).contains(Path.of("/bin/sh"));
        assertThat(new Tool("sh").find(empty.toString())).isEmpty();
        assertThat(new Tool("sh").find(null)).isEmpty();
    }
}
