package dev.tailbound.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.EveryInsn;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssemblyTest {
    private static final List<String> MAPS = List.of("counter", "jmp_table");

    @Test
    void every_instruction_survives_printing_and_parsing() {
        EveryInsn.programs().forEach(program -> {
            var text = AsmPrinter.print(program, MAPS);
            assertThat(AsmParser.parse("p", text, MAPS)).as(text).isEqualTo(program);
        });
    }

    /// Bytes are the output of LLVM's assembler; each statement is printed as it was written.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r1 += r2                                       | 0f21000000000000
            w3 s>>= 31                                     | c40300001f000000
            r1 s/= r2                                      | 3f21010000000000
            w9 s%= 2                                       | 9409010002000000
            r1 = -r1                                       | 8701000000000000
            w1 = -w1                                       | 8401000000000000
            r1 = -5                                        | b7010000fbffffff
            w1 = w2                                        | bc21000000000000
            r1 = (s32)r2                                   | bf21200000000000
            w1 = (s8)w2                                    | bc21080000000000
            r1 = be16 r1                                   | dc01000010000000
            r1 = le64 r1                                   | d401000040000000
            r1 = bswap32 r1                                | d701000020000000
            r1 = 0x1122334455667788 ll                     | 18010000887766550000000044332211
            r1 = map[jmp_table] ll                         | 18110000010000000000000000000000
            r1 = map[counter][8] ll                        | 18210000000000000000000008000000
            r1 = *(u64 *)(r10 - 8)                         | 79a1f8ff00000000
            r1 = *(s16 *)(r2 + 8)                          | 8921080000000000
            *(u32 *)(r10 - 4) = 7                          | 620afcff07000000
            *(u16 *)(r1 + 2) = w2                          | 6b21020000000000
            *(u64 *)(r1 + 0) = r2                          | 7b21000000000000
            lock *(u64 *)(r1 + 0) += r2                    | db21000000000000
            lock *(u32 *)(r1 - 4) ^= w2                    | c321fcffa0000000
            r3 = atomic_fetch_add((u64 *)(r1 + 0), r3)     | db31000001000000
            w3 = atomic_fetch_and((u32 *)(r1 + 0), w3)     | c331000051000000
            r3 = xchg_64(r1 + 0, r3)                       | db310000e1000000
            w3 = xchg32_32(r1 + 0, w3)                     | c3310000e1000000
            r0 = cmpxchg_64(r1 + 0, r0, r3)                | db310000f1000000
            w0 = cmpxchg32_32(r1 + 0, w0, w3)              | c3310000f1000000
            w1 = load_acquire((u8 *)(r2 + 4))              | d321040000010000
            r1 = load_acquire((u64 *)(r2 + 4))             | db21040000010000
            store_release((u16 *)(r1 + 4), w2)             | cb21040010010000
            call bpf_tail_call                             | 850000000c000000
            call 77                                        | 850000004d000000
            call 4294967295                                | 85000000ffffffff
            exit                                           | 9500000000000000
            """)
    void reads_and_writes_llvm_syntax(String text, String bytes) {
        var program = AsmParser.parse("p", text, MAPS);
        assertThat(HexFormat.of().formatHex(Encoder.encode(program))).isEqualTo(bytes);
        assertThat(AsmPrinter.print(program, 0, MAPS)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            w1 = *(u32 *)(r2 + 0)                          | r1 = *(u32 *)(r2 + 0)
            *(u32*)(r1 +0)=r2                              | *(u32 *)(r1 + 0) = w2
            lock *(u32 *)(r1 + 0) += r2                    | lock *(u32 *)(r1 + 0) += w2
            r1 = load_acquire((u8 *)(r2 + 0))              | w1 = load_acquire((u8 *)(r2 + 0))
            R1 = 0xffffffff                                | r1 = -1
            r1 = 0xfffffffffffffffe                        | r1 = -2
            w1 &= 0xffffffff80000000                       | w1 &= -2147483648
            r1 = 0X10                                      | r1 = 16
            r1 += +3                                       | r1 += 3
            r1 = -1 ll                                     | r1 = 0xffffffffffffffff ll
            r1 = 5 ll                                      | r1 = 0x5 ll
            r1 s>>=3                                       | r1 s>>= 3
            call 12                                        | call bpf_tail_call
            """)
    void accepts_other_spellings(String text, String canonical) {
        assertThat(AsmPrinter.print(AsmParser.parse("p", text, MAPS), 0, MAPS)).isEqualTo(canonical);
    }

    @Test
    void labels_comments_and_separators_are_reformatted() {
        var program = AsmParser.parse("p", """
                start: r1 = 0x1 ll     # two slots
                again:                 // no comment's /* begins here
                    r1 -= 1; if r1 s> 0 goto again
                    if w1 == 5 goto +1 /* after
                    the call */ ; call sub
                    gotol -3
                sub: alias: exit
                """, MAPS);
        assertThat(AsmPrinter.print(program, MAPS)).isEqualTo("""
                    r1 = 0x1 ll
                again:
                    r1 -= 1
                    if r1 s> 0 goto again
                l3:
                    if w1 == 5 goto l5
                    call alias
                l5:
                    gotol l3
                alias:
                    exit
                """);
    }

    @Test
    void distances_are_read_as_kernels_print_them() {
        assertThat(AsmParser.parse("p", "if r1 == 0 goto pc+1; call pc+1; goto pc-3; exit", MAPS).insns())
                .isEqualTo(AsmParser.parse("p", "l: if r1 == 0 goto +1; call f; goto l; f: exit", MAPS).insns());
        assertThat(AsmParser.parse("p", "pc: goto pc", MAPS).insn(0)).isEqualTo(new Insn.Jump(false, 0));
    }

    @Test
    void a_label_hides_the_helper_of_its_name() {
        var insns = List.<Insn>of(new Insn.CallHelper(Helper.TRACE), new Insn.Call(2), new Insn.Exit());
        var hidden = new Program("p", insns, new TreeMap<>(Map.of(2, "trace")));
        assertThat(AsmPrinter.print(hidden, MAPS)).startsWith("    call 65536\n    call trace\n");
        assertThat(AsmParser.parse("p", AsmPrinter.print(hidden, MAPS), MAPS)).isEqualTo(hidden);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            ``                              ~ 1: program p has no instructions
            x:                              ~ 1: program p has no instructions
            foo                             ~ 1: expected an instruction, found 'foo'
            r1                              ~ 1: expected '=' or an arithmetic operator, found the end of the statement
            r1 == 2                         ~ 1: expected '=' or an arithmetic operator, found '=='
            r11 = 2                         ~ 1: expected a register, r0..r10 or w0..w10, found 'r11'
            r01 = 2                         ~ 1: expected a register, r0..r10 or w0..w10, found 'r01'
            r1 = w2                         ~ 1: expected r2, found 'w2'
            w1 += r2                        ~ 1: expected w2, found 'r2'
            r1 = -r2                        ~ 1: expected r1 again, found 'r2'
            w1 = be16 w1                    ~ 1: expected r1 on the left side, found w1
            w1 = 5 ll                       ~ 1: expected r1 on the left side, found w1
            w1 = *(u64 *)(r2 + 0)           ~ 1: expected r1 on the left side, found w1
            w1 = (s32)w2                    ~ 1: expected a cast to a signed type narrower than w1, found 's32'
            r1 = (u8)r2                     ~ 1: expected a cast to a signed type narrower than r1, found 'u8'
            r1 = 4294967296                 ~ 1: expected an immediate of 32 bits, found 4294967296
            r1 = 0xffffffff7fffffff         ~ 1: expected an immediate of 32 bits, found 18446744071562067967
            r1 = 0x10000000000000000 ll     ~ 1: expected a constant of 64 bits, found 18446744073709551616
            r1 = 010                        ~ 1: expected a number, decimal or 0x and hexadecimal, of up to 20 digits, found '010'
            r1 = 5x                         ~ 1: expected a number, decimal or 0x and hexadecimal, of up to 20 digits, found '5x'
            r1 = 5 6                        ~ 1: expected the end of the statement, found '6'
            r2 s>>= 65                      ~ 1: shift count 65 is outside 0..63
            r2 /= 0                         ~ 1: division by the constant 0
            r1 = *(u64 *)(r2)               ~ 1: expected '+' or '-' and an offset, found ')'
            r1 = *(u64 *)(r2 + 32768)       ~ 1: expected an offset of 16 bits, found 32768
            r1 = *(u65 *)(r2 + 0)           ~ 1: expected a type, u8..u64 or s8..s32, found 'u65'
            *(s8 *)(r2 + 0) = 1             ~ 1: expected an unsigned type, found 's8'
            *(u64 *)(r2 + 0) = w1           ~ 1: expected r1, found 'w1'
            lock *(u16 *)(r1 + 0) += w2     ~ 1: expected u32 or u64, found 'u16'
            lock *(u64 *)(r1 + 0) -= r2     ~ 1: expected '+=', '|=', '&=' or '^=', found '-='
            r3 = xchg_64(r1 + 0, r4)        ~ 1: expected r3 again, found 'r4'
            r1 = cmpxchg_64(r1 + 0, r1, r3) ~ 1: expected register 0 to receive the result of cmpxchg_64
            if r1 = 2 goto x                ~ 1: expected a condition such as '==' or 's<', found '='
            if r1 > 2 jump x                ~ 1: expected 'goto', found 'jump'
            goto x                          ~ 1: undefined label 'x'
            goto 5                          ~ 1: expected a label, or '+' or '-' and a distance, found '5'
            call +7                         ~ 1: expected a label, 'pc' and a distance, or a helper's name or number, found '+'
            call pc+7                       ~ 1: no instruction begins at the target, slot 8 of 0..0
            goto +1                         ~ 1: no instruction begins at the target, slot 2 of 0..0
            goto -2                         ~ 1: no instruction begins at the target, slot -1 of 0..0
            r1 = 5 ll; goto -2              ~ 1: no instruction begins at the target, slot 1 of 0..2
            goto x; x:                      ~ 1: label 'x' is after the last instruction
            call foo                        ~ 1: 'foo' is neither a label of this program nor a known helper
            r1 = map[foo] ll                ~ 1: unknown map 'foo', expected one of [counter, jmp_table]
            r1 = map[counter]               ~ 1: expected 'll', found the end of the statement
            may_goto x                      ~ 1: may_goto is not supported
            callx r3                        ~ 1: callx is not supported
            r1 = addr_space_cast(r2, 0, 1)  ~ 1: addr_space_cast is not supported
            exit /* no end                  ~ 1: comment without end, expected */
            exit @                          ~ 1: unexpected character '@'
            exit é                          ~ 1: unexpected character U+00E9
            """)
    void says_what_it_expected_and_found(String text, String message) {
        assertThatThrownBy(() -> AsmParser.parse("p", text, MAPS)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @Test
    void errors_name_the_line_of_the_file() {
        assertThatThrownBy(() -> AsmParser.parse("p", "exit\n/* \n */ x: exit\nx: exit", 10, MAPS))
                .hasMessage("13: label x is defined twice, first at line 12");
    }

    @Test
    void any_mutation_of_a_text_parses_or_is_refused() {
        var sample = AsmPrinter
                .print(new Program("p", EveryInsn.insns().stream().filter(insn -> insn.hashCode() % 97 == 0).toList()), MAPS);
        var lines = sample.lines().toList();
        var random = new Random(2);
        int parsed = 0;
        for (int round = 0; round < 50_000; round++) {
            var text = new StringBuilder(lines.get(random.nextInt(lines.size()))).append('\n')
                    .append(lines.get(random.nextInt(lines.size())));
            for (int edits = random.nextInt(3); edits > 0 && !text.isEmpty(); edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, text.charAt(random.nextInt(text.length())));
                    default -> text.setCharAt(at, (char) random.nextInt(128));
                }
            }
            try {
                AsmParser.parse("p", text.toString(), MAPS);
                parsed++;
            } catch (BadInput refused) {
                assertThat(refused.where()).matches("[1-4]");
            }
        }
        assertThat(parsed).isBetween(5_000, 45_000);
    }
}
