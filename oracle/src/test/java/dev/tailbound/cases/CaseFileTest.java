package dev.tailbound.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.Expectation.Entry;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaseFileTest {
    private static final Path CORPUS = Path.of("..", "corpus");

    /// Every kind of section and line, as printed.
    private static final String SAMPLE = """
            # Everything a case file can say,
            #
            # in one case.
            -- map counter array value=4 entries=2
            1: 2a
            -- map wide array value=48 entries=1 word=4
            0: 0000000000000000 0000000000000000 0000000000000000 0000000000000000
                07
            -- map jmp_table prog_array entries=3
            0: entry
            2: other
            -- prog entry
                r1 = map[counter][4] ll
                call sub
                exit
            sub:
                r0 = 0
                exit
            -- prog other
                r0 = 1
                exit
            -- ctx skb len=100 mark=0xffffffff cb=1,2,3,4,5
            -- env prandom=0x123456789abcdef0 ktime=7 cpu=1
            -- run other
            -- expect
            r0 = 0xffffffff80000000
            tail_calls = 33
            counter[0] = 34
            counter[1] = 0xffffffff
            wide[0] = hex 0102030405060708 0900000000000000 0000000000000000 0000000000000000
                ff
            -- expect v6.1
            tail_calls = 65
            -- expect big
            r0 = 1
            """;

    @Test
    void a_case_is_printed_as_it_was_read() {
        assertThat(CasePrinter.print(parse(SAMPLE))).isEqualTo(SAMPLE);
    }

    @Test
    void every_part_of_a_case_file_is_read() {
        var read = parse(SAMPLE);
        assertThat(read.comment()).isEqualTo("Everything a case file can say,\n\nin one case.");
        assertThat(read.maps()).extracting(BpfMap::name).containsExactly("counter", "wide", "jmp_table");
        assertThat(((BpfMap.Array) read.maps().getFirst()).init()).containsOnlyKeys(1).containsValue(Bytes.ofHex("2a000000"));
        assertThat(((BpfMap.Array) read.maps().get(1)).init().get(0).at(32)).isEqualTo((byte) 7);
        assertThat(((BpfMap.ProgArray) read.maps().get(2)).slots()).containsEntry(0, "entry").containsEntry(2, "other")
                .hasSize(2);
        assertThat(read.programs()).extracting(program -> program.size()).containsExactly(5, 2);
        assertThat(read.entry()).isEqualTo("other");
        assertThat(read.context()).isEqualTo(new Context.Skb(100, -1, 0, List.of(1, 2, 3, 4, 5)));
        assertThat(read.environment()).isEqualTo(new Environment(0x123456789abcdef0L, 7, 1));
        assertThat(read.expectation().r0()).isEqualTo(OptionalLong.of(0xffffffff80000000L));
        assertThat(read.expectation().tailCalls()).isEqualTo(OptionalInt.of(33));
        assertThat(read.expectation().values().get(new Entry(0, 0))).isEqualTo(Bytes.ofHex("22000000"));
        assertThat(read.expectation().values().get(new Entry(0, 1))).isEqualTo(Bytes.ofHex("ffffffff"));
        assertThat(read.expectationV61().tailCalls()).isEqualTo(OptionalInt.of(65));
        assertThat(read.expectationV61().r0()).isEmpty();
        assertThat(read.expectationBig().r0()).isEqualTo(OptionalLong.of(1));
        assertThat(read.maps()).filteredOn(BpfMap.Array.class::isInstance).extracting(map -> ((BpfMap.Array) map).word())
                .containsExactly(4, 4);
    }

    @ParameterizedTest
    @CsvSource({ "8, 8", "40, 8", "4, 4", "12, 4", "2, 2", "250, 2", "3, 1" })
    void words_are_as_large_as_the_value_size_allows(int valueSize, int word) {
        var read = parse("-- map m array value=%d entries=1\n-- prog p\nr0 = 0\nexit\n".formatted(valueSize));
        assertThat(((BpfMap.Array) read.maps().getFirst()).word()).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 3, 8, 16 })
    void a_word_is_a_power_of_two_that_divides_the_value_size(int word) {
        assertThatThrownBy(() -> parse("-- map m array value=12 entries=1 word=%d\n-- prog p\nr0 = 0\nexit\n".formatted(word)))
                .isInstanceOf(BadInput.class)
                .hasMessage("f:1: map m: word size is %d, expected 1, 2, 4 or 8, and a divisor of 12", word);
    }

    @Test
    void undecodable_bytes_are_a_program_that_the_verifier_rejects() {
        var text = """
                -- prog p hex
                b700000000000000 8d00000000000000 0102030405060708
                -- ctx skb
                -- run p
                -- expect
                rejected = callx
                """;
        var read = parse(text);
        assertThat(CasePrinter.print(read)).isEqualTo(text);
        assertThat(parse(CasePrinter.print(read))).isEqualTo(read);
        assertThat(Encoder.encode(read.entryProgram())).asHexString()
                .isEqualTo("B7000000000000008D000000000000000102030405060708");
        assertThat(Verifier.verify(read)).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.message()).isEqualTo("program p: insn 1: opcode 0x8d (callx) is not accepted"));
    }

    @Test
    void sections_may_be_omitted_or_written_differently() {
        var read = parse("""

                # A comment.\r
                -- map m array entries=1 value=2\r
                -- prog p hex
                1811 0000 0000 0000  0000000000000000
                b7000000 00000000
                   9 5 00000000000000
                -- ctx mem 01 02
                0304
                -- expect
                # Only this:
                r0 = -1
                m[0] = -2
                """);
        assertThat(CasePrinter.print(read)).isEqualTo("""
                # A comment.
                -- map m array value=2 entries=1
                -- prog p
                    r1 = map[m] ll
                    r0 = 0
                    exit
                -- ctx mem 01020304
                -- run p
                -- expect
                r0 = 0xffffffffffffffff
                m[0] = 65534
                """);
        assertThat(read.expectationV61()).isSameAs(read.expectation());
    }

    @Test
    void rejection_is_expected_by_a_part_of_its_reason() {
        var read = parse("-- prog p\n    r0 = r1\n    exit\n-- ctx skb\n-- run p\n-- expect\nrejected = R1 = what #1\n");
        assertThat(read.expectation().rejected()).isEqualTo("R1 = what #1");
        assertThat(CaseReader.parse("again", CasePrinter.print(read))).isEqualTo(read);
    }

    @Test
    void every_file_of_the_corpus_is_read_and_printed_back() {
        var files = Corpus.files(List.of(CORPUS));
        assertThat(files).isSorted().contains(CORPUS.resolve("seeds/tailcall-hierarchy.case"));
        for (var file : files) {
            var read = CaseReader.read(file);
            assertThat(CaseReader.parse("printed", CasePrinter.print(read))).as(file.toString()).isEqualTo(read);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`',
            textBlock = """
                    ``                                              ~ f: no program, expected a section -- prog NAME
                    hello                                           ~ f:1: expected a section such as '-- prog NAME' or a comment, found 'hello'
                    --                                              ~ f:1: section without a kind, expected map, module, prog, prologue, epilogue, ctx, env, events, attach, run or expect
                    -- foo                                          ~ f:1: unknown section 'foo', expected map, module, prog, prologue, epilogue, ctx, env, events, attach, run or expect
                    -- prog                                         ~ f:1: expected -- prog NAME, with a name of letters, digits, '_', '.' and '$', found '-- prog'
                    -- prog 1a                                      ~ f:1: expected -- prog NAME, with a name of letters, digits, '_', '.' and '$', found '-- prog 1a'
                    -- prog a b                                     ~ f:1: expected -- prog NAME or -- prog NAME hex, found '-- prog a b'
                    -- prog a                                       ~ f:2: program a has no instructions
                    -- prog a|foo                                   ~ f:2: expected an instruction, found 'foo'
                    -- prog a|goto x                                ~ f:2: undefined label 'x'
                    -- prog a|exit|-- prog a|exit                   ~ f:3: '-- prog a' is given twice, first at line 1
                    -- prog a hex|950000000000000                   ~ f:2: expected two hex digits a byte, found an odd number of digits
                    -- prog a hex|95x                               ~ f:2: expected hex digits, found 'x'
                    -- prog a hex|9500000000000000 00               ~ f:1: program of 9 bytes, expected a positive multiple of 8
                    -- prog a hex|1811000000000000 0000000000000000 ~ f:2: insn 0: map number is 0, expected a position in []
                    -- map m|-- prog a|exit                         ~ f:1: expected -- map NAME array value=N entries=N or -- map NAME prog_array entries=N, found '-- map m'
                    -- map m array value=4|-- prog a|exit           ~ f:1: option entries=N is missing
                    -- map m array value=0 entries=1|-- prog a|exit ~ f:1: map m: value size is 0, expected at least 1
                    -- map m array value=4 entries=x|-- prog a|exit ~ f:1: entries: expected 0..2147483647, found 'x'
                    -- map m array value=9999999 entries=9|-- prog a|exit  ~ f:1: map m takes 90000000 bytes, expected at most 16777216
                    -- map m array size=4|-- prog a|exit            ~ f:1: expected value=N, entries=N, word=N, found 'size=4'
                    -- map m array value=4 value=4|-- prog a|exit   ~ f:1: option value is given twice
                    -- map m array value=4 entries=1|aa|-- prog a|exit     ~ f:2: expected KEY: HEX BYTES, found 'aa'
                    -- map m array value=4 entries=1|1: aa|-- prog a|exit  ~ f:2: key 1 is outside 0..0
                    -- map m array value=1 entries=1|0: aaaa|-- prog a|exit     ~ f:2: more bytes than expected, at most 1
                    -- map m array value=1 entries=1|0: a|0: b|-- prog a|exit   ~ f:3: key is given twice: '0: b'
                    -- map m prog_array entries=1|0: b|-- prog a|exit      ~ f:2: unknown program 'b', expected one of [a]
                    -- map m prog_array entries=1|b|-- prog a|exit         ~ f:2: expected KEY: PROGRAM, found 'b'
                    -- prog a|exit|-- ctx foo                       ~ f:3: expected -- ctx skb or -- ctx mem, found '-- ctx foo'
                    -- prog a|exit|-- ctx skb len                   ~ f:3: expected len=N, mark=N, priority=N, cb=N, found 'len'
                    -- prog a|exit|-- ctx skb len=0x100000000       ~ f:3: len: expected a number of 32 bits, found '0x100000000'
                    -- prog a|exit|-- ctx skb cb=1,2                ~ f:3: cb: expected 5 numbers, found 2
                    -- prog a|exit|-- ctx skb|foo                   ~ f:4: expected nothing below -- ctx, found 'foo'
                    -- prog a|exit|-- env cpu=-2147483649           ~ f:3: cpu: expected a number of 32 bits, found '-2147483649'
                    -- prog a|exit|-- run b                         ~ f:3: unknown program 'b', expected one of [a]
                    -- prog a|exit|-- run a|-- run a                ~ f:4: '-- run a' is given twice, first at line 3
                    -- prog a|exit|-- expect v5                     ~ f:3: expected -- expect, -- expect v6.1 or -- expect big, found '-- expect v5'
                    -- prog a|exit|-- expect|r0                     ~ f:4: expected NAME = VALUE, found 'r0'
                    -- prog a|exit|-- expect|r1 = 1                 ~ f:4: expected r0, retval, tail_calls, rejected or MAP[KEY], found 'r1'
                    -- prog a|exit|-- expect|r0 = 1|r0 = 2          ~ f:5: 'r0' is expected twice
                    -- prog a|exit|-- expect|r0 = 1|rejected = x    ~ f:3: a case with 'rejected' cannot have other expectations
                    -- prog a|exit|-- expect|m[0] = 1               ~ f:4: unknown map 'm', expected one of []
                    """)
    void errors_name_place_and_cause(String lines, String message) {
        assertThatThrownBy(() -> CaseReader.parse("f", lines.replace('|', '\n'))).isInstanceOf(BadInput.class)
                .hasMessage(message);
    }

    /// So many of these sections.
    private static String sections(int count, String section) {
        return IntStream.range(0, count).mapToObj(section::formatted).collect(Collectors.joining());
    }

    @Test
    void a_case_may_be_as_large_as_the_limits() {
        var maps = sections(CaseLimits.MAPS, "-- map m%d array value=1 entries=131072\n");
        var modules = sections(CaseLimits.MODULES, "-- module k%d\n");
        var programs = sections(CaseLimits.PROGRAMS, "-- prog p%d\nexit\n");
        var events = "-- events\n" + "before p9 0: j[0] = p9\n".repeat(CaseLimits.EVENTS);
        var array = "-- map j prog_array entries=1\n";

        assertThat(parse(maps + modules + programs).programs()).hasSize(1024);
        assertThat(parse(array + programs + events).events()).hasSize(1024);
        assertRefused(maps + "-- map m array value=1 entries=1\n" + programs, "f:65: more than 64 sections -- map");
        assertRefused(modules + "-- module k\n" + programs, "f:513: more than 512 sections -- module");
        assertRefused(programs + "-- prog p\nexit\n", "f:2049: more than 1024 sections -- prog");
        assertRefused(array + programs + events + "before p9 0: j[0] = p9\n", "f:3075: more than 1024 events");
        assertRefused(maps.replaceFirst("131072", "131073") + programs,
                "f: 64 maps take 67108872 bytes, expected at most 67108864");
    }

    @Test
    void large_maps_are_rejected_before_their_values_are_read() {
        var map = "-- map m%d array value=16777216 entries=1\n0: 01\n";
        assertRefused(sections(64, map) + "-- prog p\nexit\n", "f: 64 maps take 1073741824 bytes, expected at most 67108864");
        var endless = "-- map m%d array value=2147483647 entries=2147483647\n0: 01\n";
        assertRefused(sections(64, endless) + "-- prog p\nexit\n",
                "f:1: map m0 takes 4611686016279904256 bytes, expected at most 16777216");
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> CaseReader.parse("f", text)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = { "LONG", "-- LONG", "-- prog LONG", "-- prog a LONG", "-- prog a|LONG", "-- prog a|r0 = LONG",
        "-- prog a|goto LONG", "-- prog a|LONG: exit|goto LONG", "-- prog a|r1 = map[LONG] ll",
        "-- prog a|r0 = *(LONG *)(r1 + 0)", "-- prog a hex|95LONG", "-- map LONG array value=4 entries=1",
        "-- map m array LONG=4", "-- map m array value=LONG", "-- prog a|exit|-- run LONG", "-- prog a|exit|-- expect|LONG = 1",
        "-- prog a|exit|-- expect|r0 = LONG", "-- prog a|exit|-- events|LONG" })
    void messages_are_short_for_any_input(String lines) {
        var text = lines.replace("LONG", "x".repeat(1_000_000)).replace('|', '\n');
        assertThatThrownBy(() -> parse(text)).isInstanceOf(BadInput.class).message().hasSizeLessThan(300);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
            counter[2] = 1           ~ f:8: key 2 is outside 0..1
            counter[0] = hex aa      ~ f:8: 'counter[0]' is expected twice
            counter[01] = 0xffffffff1 ~ f:8: counter[01]: expected a number of 32 bits, found '0xffffffff1'
            counter[00] = 2          ~ f:8: 'counter[00]' is expected twice
            jmp_table[0] = 1         ~ f:8: map jmp_table holds programs, expected an array
            wide[0] = 1              ~ f:8: wide[0]: value of 48 bytes, expected 'hex' and bytes, found '1'
            r0 = 0x1ffffffffffffffff ~ f:8: r0: expected a number of 64 bits, found '0x1ffffffffffffffff'
            retval = 0x1ffffffff     ~ f:8: retval: expected a number of 32 bits, found '0x1ffffffff'
            tail_calls = -1          ~ f:8: tail_calls: expected 0..2147483647, found '-1'
            """)
    void expectations_must_match_the_case(String line, String message) {
        var text = """
                -- map counter array value=4 entries=2
                -- map wide array value=48 entries=1 word=4
                -- map jmp_table prog_array entries=3
                -- prog a
                exit
                -- expect
                counter[0] = 1
                """ + line;
        assertThatThrownBy(() -> parse(text)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @Test
    void unreadable_files_are_rejected_in_one_line(@TempDir Path folder) throws IOException {
        var file = folder.resolve("a.case");
        assertRefused(file, "no such file");
        Files.write(file, "-- prog a\nexit\n\u00ff".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> CaseReader.read(file)).hasMessage(file + ":3: expected UTF-8 text, found byte 0xff");
        Files.write(file, new byte[CaseReader.MAX_BYTES + 1]);
        assertRefused(file, "expected at most 4194304 bytes, found more");
        assertRefused(folder, "expected a file, found a folder");
    }

    private static void assertRefused(Path file, String what) {
        assertThatThrownBy(() -> CaseReader.read(file)).isInstanceOf(BadInput.class).hasMessage(file + ": " + what);
    }

    @Test
    void folders_are_walked_in_order(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        for (var name : List.of("z.case", "a/b/2.case", "a/1.case", "a/readme.txt")) {
            Files.writeString(folder.resolve(name), "");
        }
        assertThat(Corpus.files(List.of(folder.resolve("z.case"), folder.resolve("a")))).map(folder::relativize)
                .map(Path::toString).containsExactly("z.case", "a/1.case", "a/b/2.case");
        assertThatThrownBy(() -> Corpus.files(List.of(folder.resolve("b")))).isInstanceOf(BadInput.class)
                .hasMessageEndingWith("b: no such file or folder");
        Files.createDirectory(folder.resolve("c"));
        assertThatThrownBy(() -> Corpus.files(List.of(folder.resolve("c"))))
                .hasMessageEndingWith("c: no *.case file in this folder");
    }

    @Test
    void any_mutation_of_a_case_is_read_or_refused() {
        var random = new Random(3);
        int read = 0;
        for (int round = 0; round < 10_000; round++) {
            var text = new StringBuilder(SAMPLE);
            for (int edits = 1 + random.nextInt(2); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                int length = Math.min(1 + random.nextInt(5), text.length() - at);
                switch (random.nextInt(4)) {
                    case 0 -> text.delete(at, at + length);
                    case 1 -> text.insert(random.nextInt(text.length()), text.substring(at, at + length));
                    case 2 -> text.setCharAt(at, (char) random.nextInt(128));
                    default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
                }
            }
            try {
                var mutated = parse(text.toString());
                assertThat(CaseReader.parse("printed", CasePrinter.print(mutated))).isEqualTo(mutated);
                read++;
            } catch (BadInput refused) {
                assertThat(refused.getMessage()).startsWith("f").doesNotContain("\n");
            }
        }
        assertThat(read).isBetween(1_000, 9_000);
    }

    private static Case parse(String text) {
        return CaseReader.parse("f", text);
    }
}
