package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The archive follows the cpio format.
class InitramfsTest {
    private static final int HEADER = 110;

    /// Entries by name, parsed according to the format's description.
    private static Map<String, String> entries(byte[] archive) {
        var entries = new LinkedHashMap<String, String>();
        int at = 0;
        while (at < archive.length) {
            assertThat(new String(archive, at, 6, US_ASCII)).isEqualTo("070701");
            int size = field(archive, at, 6);
            int nameSize = field(archive, at, 11);
            var name = new String(archive, at + HEADER, nameSize - 1, US_ASCII);
            int content = at + HEADER + nameSize + 3 & -4;
            entries.put(name, "%06o %s".formatted(field(archive, at, 1),
                    new String(Arrays.copyOfRange(archive, content, content + size), US_ASCII)));
            at = content + size + 3 & -4;
        }
        return entries;
    }

    private static int field(byte[] archive, int at, int number) {
        return Integer.parseUnsignedInt(new String(archive, at + 6 + 8 * number, 8, US_ASCII), 16);
    }

    @Test
    void contains_one_program_and_its_mount_points() {
        assertThat(entries(Initramfs.of("odd".getBytes(US_ASCII)))).containsExactly(Map.entry("dev", "040755 "),
                Map.entry("proc", "040755 "), Map.entry("sys", "040755 "), Map.entry("dev/console", "020600 "),
                Map.entry("init", "100755 odd"), Map.entry("TRAILER!!!", "000000 "));
    }
}
