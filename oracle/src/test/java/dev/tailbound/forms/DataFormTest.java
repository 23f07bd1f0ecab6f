package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.text.AsmParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataFormTest {

    private static Case sample(String name) throws IOException {
        try (var in = DataFormTest.class.getResourceAsStream("/forms/data/" + name)) {
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Case read(String text) {
        var source = new Source("t.data", text.getBytes(StandardCharsets.UTF_8));
        assertThat(Forms.recognized(source)).get().isInstanceOf(DataForm.class);
        return Forms.read(source, ImportOptions.NONE).getFirst().source();
    }

    @Test
    void sections_become_program_memory_and_expectation() throws IOException {
        var source = sample("sum.data");

        assertThat(source.entryProgram()).isEqualTo(AsmParser.parse("entry", """
                r0 = 0
                w3 = 0
                loop: if r2 == 0 goto exit
                r2 -= 1
                r4 = r1
                r4 += r2
                r5 = *(u8 *)(r4 + 0)
                r0 += r5
                goto loop
                exit: exit
                """, List.of()));
        assertThat(source.context()).isEqualTo(new Context.Mem(Bytes.ofHex("01020304")));
        assertThat(source.expectation().r0()).hasValue(10);
        assertThat(source.comment()).isEqualTo("Sums four bytes of the memory, the last one first.");
    }

    @Test
    void raw_words_decide_and_absent_memory_is_a_guess() throws IOException {
        var source = sample("words.data");

        assertThat(source.entryProgram()).isEqualTo(AsmParser.parse("entry", "r0 = 7; exit", List.of()));
        assertThat(source.context()).isEqualTo(new Context.Mem(Bytes.EMPTY));
        assertThat(source.comment()).contains("guess: there is no memory");
    }

    @Test
    void raw_bytes_in_error_are_a_program_to_be_refused() throws IOException {
        var source = sample("bytes.data");

        assertThat(source.entryProgram().malformed()).get().satisfies(
                bytes -> assertThat(bytes.reason()).isEqualTo("insn 1: opcode 0x95: reserved field immediate is 1, expected 0"));
        assertThat(source.expectation()).isEqualTo(Expectation.rejectedForAnyReason());
    }

    /// The dialect beside LLVM's.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mov %r1, -5                        | r1 = -5
            mov64 %r1, 0xffffffff              | r1 = -1
            add32 %r1, %r2                     | w1 += w2
            sdiv %r1, 3                        | r1 s/= 3
            smod32 %r1, %r9                    | w1 s%= w9
            arsh %r1, 63                       | r1 s>>= 63
            neg32 %r7                          | w7 = -w7
            movsx832 %r1, %r2                  | w1 = (s8)w2
            movsx3264 %r1, %r2                 | r1 = (s32)r2
            be16 %r1                           | r1 = be16 r1
            le64 %r1                           | r1 = le64 r1
            swap32 %r1                         | r1 = bswap32 r1
            bswap64 %r1                        | r1 = bswap64 r1
            lddw %r1, 0xffeeddccbbaa9988       | r1 = 0xffeeddccbbaa9988 ll
            lddw %r1, -2                       | r1 = -2 ll
            ldxdw %r1, [%r2+8]                 | r1 = *(u64 *)(r2 + 8)
            ldxb %r1, [%r2]                    | r1 = *(u8 *)(r2 + 0)
            ldxsw %r1, [%r2-0x8]               | r1 = *(s32 *)(r2 - 8)
            stb [%r10-1], 0x7f                 | *(u8 *)(r10 - 1) = 127
            stxdw [%r10 - 8], %r1              | *(u64 *)(r10 - 8) = r1
            lock add [%r10-8], %r1             | lock *(u64 *)(r10 - 8) += r1
            lock fetch add [%r10-8], %r1       | r1 = atomic_fetch_add((u64 *)(r10 - 8), r1)
            lock fetch_xor32 [%r10-4], %r1     | w1 = atomic_fetch_xor((u32 *)(r10 - 4), w1)
            lock xchg32 [%r10-4], %r1          | w1 = xchg32_32(r10 - 4, w1)
            lock fetch xchg [%r10-8], %r1      | r1 = xchg_64(r10 - 8, r1)
            lock cmpxchg [%r10-8], %r1         | r0 = cmpxchg_64(r10 - 8, r0, r1)
            ja +0                              | goto +0
            ja32 exit                          | gotol +0
            jsgt32 %r1, -1, exit               | if w1 s> -1 goto +0
            jset %r1, %r2, exit                | if r1 & r2 goto +0
            call 5                             | call bpf_ktime_get_ns
            call helper 7                      | call bpf_get_prandom_u32
            call local exit                    | call pc+0
            """)
    void each_mnemonic_is_an_instruction(String line, String llvm) {
        assertThat(read("-- asm\n" + line + "\nexit\n-- result\n0x0\n").entryProgram().insns())
                .isEqualTo(AsmParser.parse("entry", llvm + "\nexit", List.of()).insns());
    }

    @ParameterizedTest
    @ValueSource(strings = { "call %r2", "callx %r2" })
    void a_call_of_a_register_has_an_encoding_and_is_no_instruction(String call) {
        assertThat(read("-- asm\n" + call + "\nexit\n").entryProgram().malformed()).get()
                .satisfies(bytes -> assertThat(bytes.reason()).contains("callx"));
    }

    /// Place and complaint, as in `t.data:3: expected ...`.
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    mov32 %r0, 2147483648     | t.data:2: expected a number of 32 bits, found '2147483648'
                    mov %r0, 0x100000000      | t.data:2: expected a number of 32 bits, found '0x100000000'
                    mov %r50, 1               | t.data:2: expected a register %r0..%r10, found '%r50'
                    or %r0, %r50              | t.data:2: expected a register %r0..%r10, found '%r50'
                    ldxb %r0, %r1             | t.data:2: expected [%rN+offset], found '%r1'
                    ldxb %r0, [%r1+0x10000]   | t.data:2: expected an offset of 16 bits, found '[%r1+0x10000]'
                    ldxb %r0, [%r1-32769]     | t.data:2: expected an offset of 16 bits, found '[%r1-32769]'
                    lddw %r0                  | t.data:2: expected another operand, found the end of the line
                    lddw %r0, 99999999999999999999 | t.data:2: expected a number of 64 bits, found '99999999999999999999'
                    ja nowhere                | t.data:2: expected a label of this program, or a distance with a sign, found 'nowhere'
                    lock                      | t.data:2: expected another operand, found the end of the line
                    lock neg [%r1+0], %r2     | t.data:2: expected an atomic operation such as add, fetch add, xchg or cmpxchg, found 'neg'
                    exit now                  | t.data:2: expected the end of the instruction, found 'now'
                    halt                      | t.data:2: expected an instruction such as mov, ldxdw, jeq or exit, found 'halt'
                    -- result: 1              | t.data:2: expected a section: -- asm, -- mem, -- raw, -- result, -- error, -- no register offset or -- c, found '-- result: 1'
                    """)
    void what_cannot_be_assembled_is_told_with_its_line(String line, String complaint) {
        assertThatThrownBy(() -> read("-- asm\n" + line + "\nexit\n")).isInstanceOf(BadInput.class).hasMessage(complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "# only a comment", "int main() {}", "mov %r0, 1\n-- asm", "-- prog entry\nexit" })
    void other_text_is_not_taken_for_it(String text) {
        assertThat(new DataForm().recognizes(new Source("t", text.getBytes(StandardCharsets.UTF_8)))).isFalse();
    }
}
