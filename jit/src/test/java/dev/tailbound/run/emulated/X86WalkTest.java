package dev.tailbound.run.emulated;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.jit.disasm.Disassembler;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lengths agree with Capstone's, and what the emulator does otherwise than processors is found.
class X86WalkTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final List<String> TABLES = List.of("x86/itab-amd64.tsv", "x86/itab-amd64-nobmi2.tsv", "images-6.1-amd64.txt",
            "images-6.12-amd64.txt", "images-7.2-amd64.txt");

    @Test
    void lengths_are_those_of_capstone() throws IOException {
        try (var capstone = new Disassembler(Disassembler.Target.X86_64)) {
            var lengths = new TreeMap<String, Integer>();
            for (var table : TABLES) {
                codes(table).forEach(code -> capstone.disassemble(code, 0).stream()
                        .filter(line -> !line.mnemonic().equals(".byte"))
                        .forEach(
                                line -> lengths.put(HEX.formatHex(code, (int) line.address(), (int) line.address() + line.size()),
                                        line.size())));
            }
            assertThat(lengths.size()).isGreaterThan(7_000);
            assertThat(lengths).allSatisfy((code, length) -> assertThat(X86Walk.over(HEX.parseHex(code + "90"), new Places()))
                    .as(code).isEqualTo(length + 1));
        }
    }

    /// The last word of each line with code.
    private static List<byte[]> codes(String table) throws IOException {
        try (var in = Objects.requireNonNull(X86WalkTest.class.getResourceAsStream("/dev/tailbound/jit/" + table), table)) {
            return new String(in.readAllBytes(), US_ASCII).lines()
                    .filter(line -> table.endsWith(".tsv") || line.strip().startsWith("code "))
                    .map(line -> HEX.parseHex(line.substring(Math.max(line.lastIndexOf('\t'), line.lastIndexOf(' ')) + 1)))
                    .toList();
        }
    }

    private static final class Places implements X86Walk.Found {
        private final TreeSet<Integer> ignored = new TreeSet<>();
        private final TreeMap<Integer, Integer> exchanges = new TreeMap<>();

        @Override
        public void ignoredRex(int at) {
            ignored.add(at);
        }

        @Override
        public void cmpxchg32(int from, int to) {
            exchanges.put(from, to);
        }

        @Override
        public String toString() {
            return ignored + " " + exchanges;
        }
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "66418939             | [] {}",        // mov [r9], di
            "41668939             | [0] {}",       // 41 is ignored
            "9041668939           | [1] {}",
            "48f00fb117           | [0] {0=5}",    // 48 is ignored
            "41f3c3               | [0] {}",
            "f00fb117             | [] {0=4}",     // lock cmpxchg [rdi], edx
            "90f0450fb1bd00010000 | [] {1=10}",    // lock cmpxchg [r13 + 256], r15d
            "f0480fb117           | [] {}",        // 64 bits
            "66f00fb117           | [] {}",        // 16 bits
            "0fb1c1               | [] {}",        // in a register
            "48b8f00fb11741668939 | [] {}",        // movabs
            "8d45f0               | [] {}",        // lea eax, [rbp - 16]
            "0f0441668939         | [] {}",        // unknown: the rest is not looked at
    })
    // @formatter:on
    void finds_what_the_emulator_does_otherwise(String code, String found) {
        var places = new Places();
        X86Walk.over(HEX.parseHex(code), places);
        assertThat(places).hasToString(found);
    }

    @Test
    void an_ignored_prefix_is_replaced_by_the_one_after_it() {
        byte[] code = HEX.parseHex("9041668939");
        assertThat(HEX.formatHex(X86Host.INSTANCE.corrected(code, 0).bytes())).isEqualTo("9066668939");
        assertThat(HEX.formatHex(code)).isEqualTo("9041668939");
    }

    @Test
    void code_that_ends_within_an_instruction_is_no_error() {
        byte[] code = HEX.parseHex("f0450fb1bd00010000");
        for (int length = 0; length < code.length; length++) {
            assertThat(X86Walk.over(Arrays.copyOf(code, length), new Places())).isZero();
        }
    }
}
