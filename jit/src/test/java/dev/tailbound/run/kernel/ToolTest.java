package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolTest {
    @Test
    void what_is_missing_is_named_with_its_package() {
        var tool = new Tool("qemu-system-nowhere", "qemu-nowhere");
        assertThatThrownBy(tool::require).isInstanceOf(MissingToolException.class)
                .hasMessage("qemu-system-nowhere: not found on this machine, install the package qemu-nowhere");
    }

    @Test
    void folders_are_searched_in_order(@TempDir Path empty) {
        assertThat(new Tool("sh", "dash").find(empty + ":/bin")).contains(Path.of("/bin/sh"));
        assertThat(new Tool("sh", "dash").find(empty.toString())).isEmpty();
        assertThat(new Tool("sh", "dash").find(null)).isEmpty();
    }
}
