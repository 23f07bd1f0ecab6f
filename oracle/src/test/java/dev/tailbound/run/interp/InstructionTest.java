package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Bytes;
import dev.tailbound.isa.Cond;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/// Each instruction with corner values; expected results are from real kernels.
class InstructionTest {
    private static final Interpreter INTERPRETER = new Interpreter();

    @ParameterizedTest
    @CsvFileSource(resources = "arithmetic.txt")
    void register_form_computes(String insn, String dst, String src, String result) {
        assertThat(after(insn, dst, src)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "arithmetic.txt")
    void immediate_form_computes_the_same_with_a_sign_extended_operand(String insn, String dst, String src, String result) {
        long value = Long.parseUnsignedLong(src, 16);
        boolean w32 = insn.startsWith("w");
        boolean shift = insn.contains("<<") || insn.contains(">>");
        boolean encodable = shift
                ? value >= 0 && value < (w32 ? 32 : 64)
                : (w32 || value == (int) value) && !(insn.matches(".*[/%].*") && (int) value == 0);
        if (encodable) {
            var immediate = insn.replaceFirst("[rw]2$", Integer.toString((int) value));
            assertThat(after(immediate, dst, "0")).as(immediate).isEqualTo(result);
        }
    }

    @ParameterizedTest
    @CsvFileSource(resources = "conditions.txt", delimiter = '|')
    void conditions_hold(String register, String dst, String src, String holding) {
        var expected = List.of(holding.split(" "));
        for (var cond : Cond.values()) {
            var jump = "if %s1 %s %s2 goto taken".formatted(register, cond.symbol(), register);
            var body = "r1 = 0x%s ll; r2 = 0x%s ll; r0 = 1; %s; r0 = 0; taken: exit".formatted(dst, src, jump);
            assertThat(Scenario.entry(body).returns(INTERPRETER).r0()).as(jump).isEqualTo(expected.contains(cond.symbol()) ? 1
                    : 0);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # compared with an immediate: sign-extended for 64 bits, the low half alone for 32
            if r1 > -1 goto taken   | ffffffff         | 0
            if r1 == -1 goto taken  | ffffffff         | 0
            if r1 == -1 goto taken  | ffffffffffffffff | 1
            if w1 == -1 goto taken  | ffffffff         | 1
            if r1 < -1 goto taken   | ffffffff         | 1
            if w1 s< 0 goto taken   | 80000000         | 1
            if r1 s< 0 goto taken   | 80000000         | 0
            if w1 & -2147483648 goto taken | 80000000  | 1
            if r1 & -2147483648 goto taken | 8000000000000000 | 1
            if w1 & -2147483648 goto taken | 8000000000000000 | 0
            goto taken              | 0                | 1
            gotol taken             | 0                | 1
            """)
    void jumps(String insn, String dst, long taken) {
        var body = "r1 = 0x%s ll; r0 = 1; %s; r0 = 0; taken: exit".formatted(dst, insn);
        assertThat(Scenario.entry(body).returns(INTERPRETER).r0()).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r1 = r2          | 0                | deadbeefcafef00d | deadbeefcafef00d
            w1 = w2          | ffffffffffffffff | deadbeefcafef00d | cafef00d
            w1 = w1          | deadbeefcafef00d | 0                | cafef00d
            r1 = -1          | 0                | 0                | ffffffffffffffff
            w1 = -1          | ffffffffffffffff | 0                | ffffffff
            r1 = -2147483648 | 0                | 0                | ffffffff80000000
            w1 = -2147483648 | 0                | 0                | 80000000
            r1 = 0x8000000000000001 ll | 0      | 0                | 8000000000000001
            r1 = (s8)r2      | 0                | 80808080         | ffffffffffffff80
            r1 = (s8)r2      | 0                | deadbeefcafef07f | 7f
            r1 = (s16)r2     | 0                | deadbeefcafef00d | fffffffffffff00d
            r1 = (s32)r2     | 0                | deadbeefcafef00d | ffffffffcafef00d
            r1 = (s32)r2     | 0                | 7fffffff         | 7fffffff
            w1 = (s8)w2      | ffffffffffffffff | 8080             | ffffff80
            w1 = (s16)w2     | ffffffffffffffff | 80808080         | ffff8080
            w1 = (s16)w2     | ffffffffffffffff | ffff7fff         | 7fff
            r1 = -r1         | 8000000000000000 | 0                | 8000000000000000
            r1 = -r1         | deadbeefcafef00d | 0                | 2152411035010ff3
            w1 = -w1         | deadbeefcafef00d | 0                | 35010ff3
            w1 = -w1         | 8000000000000000 | 0                | 0
            r1 = le16 r1     | 123456789abcdef0 | 0                | def0
            r1 = le32 r1     | 123456789abcdef0 | 0                | 9abcdef0
            r1 = le64 r1     | 123456789abcdef0 | 0                | 123456789abcdef0
            r1 = be16 r1     | 123456789abcdef0 | 0                | f0de
            r1 = be32 r1     | 123456789abcdef0 | 0                | f0debc9a
            r1 = be64 r1     | 123456789abcdef0 | 0                | f0debc9a78563412
            r1 = bswap16 r1  | 123456789abcdef0 | 0                | f0de
            r1 = bswap32 r1  | deadbeefcafef00d | 0                | df0feca
            r1 = bswap64 r1  | deadbeefcafef00d | 0                | df0fecaefbeadde
            """)
    void moves_and_swaps(String insn, String dst, String src, String result) {
        assertThat(after(insn, dst, src)).isEqualTo(result);
    }

    /// r1 after the instruction, in hex.
    private static String after(String insn, String dst, String src) {
        var body = "r1 = 0x%s ll; r2 = 0x%s ll; %s; r0 = r1; exit".formatted(dst, src, insn);
        return Long.toHexString(Scenario.entry(body).returns(INTERPRETER).r0());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r0 = *(u8 *)(r1 + 1)   | 8081828384858687 | 81
            r0 = *(u16 *)(r1 + 1)  | 8081828384858687 | 8281
            r0 = *(u32 *)(r1 + 2)  | 8081828384858687 | 85848382
            r0 = *(u64 *)(r1 + 0)  | 8081828384858687 | 8786858483828180
            r0 = *(s8 *)(r1 + 1)   | 8081828384858687 | ffffffffffffff81
            r0 = *(s8 *)(r1 + 0)   | 7f81828384858687 | 7f
            r0 = *(s16 *)(r1 + 6)  | 8081828384858687 | ffffffffffff8786
            r0 = *(s32 *)(r1 + 0)  | 8081828384858687 | ffffffff83828180
            r0 = load_acquire((u8 *)(r1 + 3))  | 8081828384858687 | 83
            r0 = load_acquire((u16 *)(r1 + 2)) | 8081828384858687 | 8382
            r0 = load_acquire((u32 *)(r1 + 4)) | 8081828384858687 | 87868584
            r0 = load_acquire((u64 *)(r1 + 0)) | 8081828384858687 | 8786858483828180
            """)
    void loads(String insn, String bytes, String result) {
        assertThat(Scenario.entry(insn + "; exit").memory(bytes).returns(INTERPRETER).r0())
                .isEqualTo(Long.parseUnsignedLong(result, 16));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *(u8 *)(r1 + 7) = w2          | 1122334455667788 | 0000000000000088
            *(u16 *)(r1 + 1) = w2         | 1122334455667788 | 0088770000000000
            *(u32 *)(r1 + 4) = w2         | 1122334455667788 | 0000000088776655
            *(u64 *)(r1 + 0) = r2         | 1122334455667788 | 8877665544332211
            *(u8 *)(r1 + 0) = -2          | 0                | fe00000000000000
            *(u16 *)(r1 + 0) = -2         | 0                | feff000000000000
            *(u32 *)(r1 + 0) = -2         | 0                | feffffff00000000
            *(u64 *)(r1 + 0) = -2         | 0                | feffffffffffffff
            store_release((u8 *)(r1 + 1), w2)  | 1122334455667788 | 0088000000000000
            store_release((u16 *)(r1 + 2), w2) | 1122334455667788 | 0000887700000000
            store_release((u32 *)(r1 + 4), w2) | 1122334455667788 | 0000000088776655
            store_release((u64 *)(r1 + 0), r2) | 1122334455667788 | 8877665544332211
            """)
    void stores(String insn, String src, String bytes) {
        var body = "r2 = 0x%s ll; %s; r0 = 0; exit".formatted(src, insn);
        assertThat(Scenario.entry(body).memory("00".repeat(8)).returns(INTERPRETER).context()).isEqualTo(Bytes.ofHex(bytes));
    }

    /// Initially memory is 0x1111222233334444, and r2 is 0x8f0f0f0ff0f0f0f0.
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    # instruction                                | R0               | memory after     | r2 after         | R0 after
                    lock *(u64 *)(r1 + 0) += r2                  | 5                | a020313224243534 | 8f0f0f0ff0f0f0f0 | 5
                    'lock *(u64 *)(r1 + 0) |= r2'                | 5                | 9f1f2f2ff3f3f4f4 | 8f0f0f0ff0f0f0f0 | 5
                    lock *(u64 *)(r1 + 0) &= r2                  | 5                | 101020230304040  | 8f0f0f0ff0f0f0f0 | 5
                    lock *(u64 *)(r1 + 0) ^= r2                  | 5                | 9e1e2d2dc3c3b4b4 | 8f0f0f0ff0f0f0f0 | 5
                    r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)   | 5                | a020313224243534 | 1111222233334444 | 5
                    r2 = atomic_fetch_or((u64 *)(r1 + 0), r2)    | 5                | 9f1f2f2ff3f3f4f4 | 1111222233334444 | 5
                    r2 = atomic_fetch_and((u64 *)(r1 + 0), r2)   | 5                | 101020230304040  | 1111222233334444 | 5
                    r2 = atomic_fetch_xor((u64 *)(r1 + 0), r2)   | 5                | 9e1e2d2dc3c3b4b4 | 1111222233334444 | 5
                    r2 = xchg_64(r1 + 0, r2)                     | 5                | 8f0f0f0ff0f0f0f0 | 1111222233334444 | 5
                    r0 = cmpxchg_64(r1 + 0, r0, r2)              | 5                | 1111222233334444 | 8f0f0f0ff0f0f0f0 | 1111222233334444
                    r0 = cmpxchg_64(r1 + 0, r0, r2)              | 1111222233334444 | 8f0f0f0ff0f0f0f0 | 8f0f0f0ff0f0f0f0 | 1111222233334444
                    r0 = cmpxchg_64(r1 + 0, r0, r2)              | 33334444         | 1111222233334444 | 8f0f0f0ff0f0f0f0 | 1111222233334444
                    lock *(u32 *)(r1 + 4) += w2                  | 5                | 202131233334444  | 8f0f0f0ff0f0f0f0 | 5
                    w2 = atomic_fetch_xor((u32 *)(r1 + 0), w2)   | 5                | 11112222c3c3b4b4 | 33334444         | 5
                    w2 = xchg32_32(r1 + 0, w2)                   | 5                | 11112222f0f0f0f0 | 33334444         | 5
                    w0 = cmpxchg32_32(r1 + 0, w0, w2)            | ffffffff33334444 | 11112222f0f0f0f0 | 8f0f0f0ff0f0f0f0 | 33334444
                    w0 = cmpxchg32_32(r1 + 0, w0, w2)            | ffffffff00000005 | 1111222233334444 | 8f0f0f0ff0f0f0f0 | 33334444
                    """)
    void atomics(String insn, String r0, String memory, String r2After, String r0After) {
        // r3 = the context, whose second and third words show the registers after the instruction.
        var body = """
                r3 = r1; r0 = 0x%s ll; r2 = 0x8f0f0f0ff0f0f0f0 ll
                %s
                *(u64 *)(r3 + 8) = r2; *(u64 *)(r3 + 16) = r0
                exit""".formatted(r0, insn);
        var bytes = Scenario.entry(body).memory("4444333322221111" + "00".repeat(16)).returns(INTERPRETER).context();
        assertThat(List.of(word(bytes, 0), word(bytes, 1), word(bytes, 2))).containsExactly(memory, r2After, r0After);
    }

    private static String word(Bytes bytes, int index) {
        return Long.toHexString(ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN).getLong(8 * index));
    }
}
