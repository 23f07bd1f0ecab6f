package dev.tailbound.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cases for which the facts about another case also hold.
class VerifiedCaseTest {
    private static final String TEXT = """
            -- map data array value=8 entries=2
            0: 01 02 03 04 05 06 07 08
            -- map jumps prog_array entries=2
            0: other
            -- module near
            -- prog entry
                r2 = map[jumps] ll
                r3 = 0
                call bpf_tail_call
                r0 = 1
                exit
            -- prog other
                r0 = 2
                exit
            -- ctx skb mark=7
            -- run entry
            """;

    private static Case read(String text) {
        return CaseReader.parse("test.case", text);
    }

    private static VerifiedCase accepted(String text) {
        return ((Verdict.Accepted) Verifier.verify(read(text))).verified();
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // what              | becomes                    | the facts still hold
        "02 03 04            | ff ff ff                   | true",
        "mark=7              | mark=8                     | true",
        "0: other            | 1: entry                   | true",
        "0: other            | ''                         | true",
        "r0 = 2              | r0 = 3                     | false",
        "value=8 entries=2   | value=8 entries=3          | false",
        "value=8 entries=2   | value=16 entries=2         | false",
        "prog_array entries=2| prog_array entries=3       | false",
        "module near         | module near far            | false",
        "module near         | module other               | false",
        "run entry           | run other                  | false",
    })
    // @formatter:on
    void holds_for_another_input_of_the_same_programs(String what, String becomes, boolean holds) {
        assertThat(TEXT).contains(what);
        assertThat(accepted(TEXT).holdsFor(read(TEXT.replace(what, becomes)))).isEqualTo(holds);
    }

    /// R2 has the length only if the program is entered from outside.
    @Test
    void slots_are_not_input_if_tail_calls_pass_on_less_than_an_entry() {
        var text = TEXT.replace("ctx skb mark=7", "ctx mem 01020304");
        assertThat(accepted(text).holdsFor(read(text.replace("01020304", "05060708")))).isTrue();
        assertThat(accepted(text).holdsFor(read(text.replace("01020304", "0506070809")))).isFalse();
        assertThat(accepted(text).holdsFor(read(text.replace("0: other", "0: entry")))).isFalse();
    }
}
