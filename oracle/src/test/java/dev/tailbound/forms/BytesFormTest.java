package dev.tailbound.forms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.EveryInsn;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesFormTest {
    /// `r6 = r1; r2 = map 5; r3 = 0; call bpf_tail_call; r0 = 7; exit`, all spellings below are of this.
    private static final byte[] CODE = HexFormat.of().parseHex("bf16000000000000" + "18120000050000000000000000000000"
            + "b703000000000000" + "850000000c000000" + "b700000007000000" + "9500000000000000");
    private static final String PROGRAM = """
                r6 = r1
                r2 = map[map_5] ll
                r3 = 0
                call bpf_tail_call
                r0 = 7
                exit
            """;

    static Stream<Arguments> spellings() {
        return Stream.of(
                Arguments.of("xxd", """
                        00000000: bf16 0000 0000 0000 1812 0000 0500 0000  ................
                        00000010: 0000 0000 0000 0000 b703 0000 0000 0000  ................
                        00000020: 8500 0000 0c00 0000 b700 0000 0700 0000  ................
                        00000030: 9500 0000 0000 0000                      ........
                        """),
                Arguments.of("xxd -i", """
                        unsigned char prog_bin[] = {
                          0xbf, 0x16, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x18, 0x12, 0x00, 0x00,
                          0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                          0xb7, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x85, 0x00, 0x00, 0x00,
                          0x0c, 0x00, 0x00, 0x00, 0xb7, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00,
                          0x95, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00
                        };
                        unsigned int prog_bin_len = 56;
                        """),
                Arguments.of("hexdump -C", """
                        00000000  bf 16 00 00 00 00 00 00  18 12 00 00 05 00 00 00  |................|
                        00000010  00 00 00 00 00 00 00 00  b7 03 00 00 00 00 00 00  |................|
                        00000020  85 00 00 00 0c 00 00 00  b7 00 00 00 07 00 00 00  |................|
                        00000030  95 00 00 00 00 00 00 00                           |........|
                        00000038
                        """),
                Arguments.of("hexdump", """
                        0000000 16bf 0000 0000 0000 1218 0000 0005 0000
                        0000010 0000 0000 0000 0000 03b7 0000 0000 0000
                        0000020 0085 0000 000c 0000 00b7 0000 0007 0000
                        0000030 0095 0000 0000 0000
                        0000038
                        """),
                Arguments.of("od -tx1", """
                        0000000 bf 16 00 00 00 00 00 00 18 12 00 00 05 00 00 00
                        0000020 00 00 00 00 00 00 00 00 b7 03 00 00 00 00 00 00
                        0000040 85 00 00 00 0c 00 00 00 b7 00 00 00 07 00 00 00
                        0000060 95 00 00 00 00 00 00 00
                        0000070
                        """),
                Arguments.of("od -tx8", """
                        0000000 00000000000016bf 0000000500001218
                        0000020 0000000000000000 00000000000003b7
                        0000040 0000000c00000085 00000007000000b7
                        0000060 0000000000000095
                        0000070
                        """),
                Arguments.of("words", """
                        0x16bf, 0x500001218, 0x0, 0x3b7, 0xc00000085, 0x7000000b7ULL,
                        0x95
                        """),
                Arguments.of("digits",
                        "bf160000000000001812000005000000 0000000000000000b7030000 00000000\n850000000c000000b7000000070000009500000000000000\n"),
                Arguments.of("a string of C", """
                        "\\xbf\\x16\\0\\0\\0\\0\\0\\0" "\\x18\\x12\\0\\0\\x05\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0"
                        "\\xb7\\x03\\0\\0\\0\\0\\0\\0\\x85\\0\\0\\0\\x0c\\0\\0\\0"
                        "\\xb7\\0\\0\\0\\x07\\0\\0\\0\\x95\\0\\0\\0\\0\\0\\0\\0";
                        """),
                Arguments.of("a string of Python", "b'" + python() + "'"),
                Arguments.of("escapes alone", "\\x" + HexFormat.ofDelimiter("\\x").formatHex(CODE)),
                Arguments.of("base64", Base64.getMimeEncoder().encodeToString(CODE)));
    }

    private static String python() {
        var text = new StringBuilder();
        for (byte b : CODE) {
            text.append(b >= ' ' && b < 0x7f ? Character.toString(b) : "\\x%02x".formatted(b));
        }
        return text.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void spellings(String what, String text) {
        assertRead(new Source("input", text.getBytes(US_ASCII)));
    }

    private static void assertRead(Source source) {
        assertThat(Forms.recognized(source)).get().extracting(Form::word).isEqualTo("bytes");
        var read = Imports.read(source);
        assertThat(Imports.text(read, 0)).isEqualTo(PROGRAM);
        assertThat(read.maps()).singleElement().isInstanceOf(BpfMap.ProgArray.class);
        assertThat(read.comment()).isEqualTo("guess: map map_5 is a program array of 8 empty slots");
    }

    @Test
    void bytes_as_they_are() {
        assertRead(new Source("input", CODE));
    }

    @Test
    void a_row_of_equal_ones_is_repeated() {
        var read = Imports.read(Imports.source("""
                00000000  b7 00 00 00 07 00 00 00  b7 00 00 00 07 00 00 00  |................|
                *
                00000030  95 00 00 00 00 00 00 00                           |........|
                00000038
                """));
        assertThat(read.entryProgram().size()).isEqualTo(7);
    }

    @Test
    void bytes_of_a_big_endian_machine() {
        var read = Imports.read(Imports.source(
                "bf61000000000000 6160ffec00000000 1560000100000007 b700000000000007 9500000000000000"));
        assertThat(Imports.text(read, 0)).isEqualTo("""
                    r6 = r1
                    r6 = *(u32 *)(r0 - 20)
                    if r6 == 7 goto l4
                    r0 = 7
                l4:
                    exit
                """);
        assertThat(read.comment()).contains("guess: the bytes are those of a big-endian machine");
    }

    @Test
    void words_with_their_first_byte_first() {
        var read = Imports.read(Imports.source("0xb700000007000000 0x9500000000000000"));
        assertThat(Imports.text(read, 0)).isEqualTo("    r0 = 7\n    exit\n");
        assertThat(read.comment()).contains("guess: the words of 64 bits have their first byte first");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "exit", "r0 = 0\nexit\n", "deadbeef", "hello world", "'b7 00'", "0xb7, 0x00, x" })
    void is_not_a_program(String text) {
        assertThat(Forms.byWord("bytes").recognizes(Imports.source(text))).isFalse();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("half a slot", "b700000007000000\n95000000\n", "input: program of 12 bytes"),
                Arguments.of("an unknown opcode", "b700000007000000\nff00000000000000\n",
                        "input:2: insn 1: opcode 0xff is unknown"),
                Arguments.of("another helper", "8500000006000000\n9500000000000000\n",
                        "input:1: insn 0: expected a call of one of"),
                Arguments.of("a register call", "8d00000000000000\n9500000000000000\n", "input:1: insn 0: opcode 0x8d (callx)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void wrong(String what, String text, String message) {
        assertThatThrownBy(() -> Imports.read(Imports.source(text))).isInstanceOf(BadInput.class).message().startsWith(message);
    }

    @Test
    void every_instruction_reads_back_from_either_byte_order() {
        var programs = EveryInsn.programs()
                .filter(program -> !(program.insn(0) instanceof Insn.CallHelper(int id)) || Helper.byId(id).isPresent()).toList();
        assertThat(programs).hasSizeGreaterThan(1000).allSatisfy(program -> {
            var code = Encoder.encode(program);
            assertThat(InsnSlots.swapped(InsnSlots.swapped(code))).isEqualTo(code);
            var again = Imports.read(Imports.source(HexPrinter.print(program)));
            assertThat(again.entryProgram().insns()).isEqualTo(renumbered(program).insns());
        });
    }

    /// The one map of a program is the first one when it is read back.
    private static Program renumbered(Program program) {
        return program.insn(0) instanceof Insn.LoadMap(var dst, _)
                ? new Program("p", List.of(new Insn.LoadMap(dst, 0), program.insn(1)))
                : program;
    }
}
