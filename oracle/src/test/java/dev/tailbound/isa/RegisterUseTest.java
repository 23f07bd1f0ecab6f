package dev.tailbound.isa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.text.AsmParser;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The registers that instructions read and write.
class RegisterUseTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            r1 += r2                                 | r1 r2    | r1
            w1 += 2                                  | r1       | r1
            r1 = -r1                                 | r1       | r1
            r1 = r2                                  | r2       | r1
            r1 = (s8)r2                              | r2       | r1
            r1 = be16 r1                             | r1       | r1
            r1 = 7 ll                                |          | r1
            r1 = map[m] ll                           |          | r1
            r1 = map[m][0] ll                        |          | r1
            r1 = *(u8 *)(r2 + 0)                     | r2       | r1
            *(u8 *)(r2 + 0) = w1                     | r1 r2    |
            *(u8 *)(r2 + 0) = 1                      | r2       |
            lock *(u64 *)(r2 + 0) += r1              | r1 r2    |
            r1 = atomic_fetch_add((u64 *)(r2 + 0), r1) | r1 r2  | r1
            r1 = xchg_64(r2 + 0, r1)                 | r1 r2    | r1
            r0 = cmpxchg_64(r2 + 0, r0, r1)          | r0 r1 r2 | r0
            w1 = load_acquire((u8 *)(r2 + 0))        | r2       | r1
            store_release((u8 *)(r2 + 0), w1)        | r1 r2    |
            x: goto x                                |          |
            x: if r1 == r2 goto x                    | r1 r2    |
            x: if w1 == 0 goto x                     | r1       |
            call bpf_get_prandom_u32                 |          | r0 r1 r2 r3 r4 r5
            x: call x                                |          | r0 r1 r2 r3 r4 r5
            call kfunc 7                             |          | r0 r1 r2 r3 r4 r5
            exit                                     |          |
            """)
    void an_instruction_reads_and_writes(String text, String reads, String writes) {
        var insn = AsmParser.parse("p", text, List.of("m")).insn(0);
        assertThat(names(insn.reads())).isEqualTo(reads == null ? "" : reads);
        assertThat(names(insn.writes())).isEqualTo(writes == null ? "" : writes);
    }

    @Test
    void all_registers_of_the_encoding_are_read_or_written() {
        assertThat(EveryInsn.insns()).allSatisfy(insn -> assertThat(insn.registers() & ~(insn.reads() | insn.writes())).isZero());
    }

    private static String names(int registers) {
        return Stream.of(Reg.values()).filter(reg -> (registers & reg.bit()) != 0).map(reg -> reg.symbol(Width.W64))
                .collect(Collectors.joining(" "));
    }
}
