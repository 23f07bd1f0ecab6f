package dev.tailbound.run.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ranges of code that count as changed.
class SeenCodeTest {
    private static byte[] code(int bytes) {
        var code = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            code[i] = (byte) (i * 31);
        }
        return code;
    }

    private static List<String> changed(SeenCode seen, byte... code) {
        var changed = new ArrayList<String>();
        seen.see(MemorySegment.ofArray(code), (from, to) -> changed.add(from + "-" + to));
        return changed;
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // bytes changed | lines of 64 bytes that count as changed
        "''              | ''",
        "0               | 0-64",
        "63              | 0-64",
        "64              | 64-128",
        "5 70            | 0-128",
        "5 130 140       | 0-64 128-192",
        "255             | 192-256",
        "256             | 256-300",
        "299             | 256-300",
    })
    // @formatter:on
    void whole_lines_change(String bytes, String lines) {
        var seen = new SeenCode();
        var code = code(300);
        assertThat(changed(seen, code)).containsExactly("0-300");
        Pattern.compile("\\d+").matcher(bytes).results().forEach(at -> code[Integer.parseInt(at.group())]++);
        assertThat(String.join(" ", changed(seen, code))).isEqualTo(lines);
    }

    @Test
    void added_and_removed_bytes_count_as_changed() {
        var seen = new SeenCode();
        assertThat(changed(seen, code(128))).containsExactly("0-128");
        assertThat(changed(seen, code(128))).isEmpty();
        assertThat(changed(seen, code(192))).containsExactly("128-192");
        assertThat(changed(seen, code(64))).containsExactly("64-192");
    }
}
