package dev.tailbound.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Expectation;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Trapped;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.Run;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
    private static final Case SOURCE = CaseReader.parse("test.case", """
            -- prog entry
                r0 = 1
                r0 += 1
                exit
            -- ctx skb
            -- run entry
            """);

    /// An engine that always returns the same outcome.
    private record Fixed(Outcome outcome) implements Engine {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Run run(VerifiedCase verified, OptionalLong steps) {
            return new Run(name(), outcome);
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private static String signature(Outcome outcome) {
        try (var differential = new Differential(List.of(new Interpreter(TailCallRule.V6_12), new Fixed(outcome)),
                Case::expectation)) {
            return ((Comparison.Diverge) differential.compare(verified(SOURCE)).comparison()).signature().toString();
        }
    }

    private static VerifiedCase verified(Case source) {
        return ((Verdict.Accepted) Verifier.verify(source)).verified();
    }

    @Test
    void the_signature_of_a_trap_names_its_instruction() {
        assertThat(signature(new Trapped(Trap.MEMORY, new Where(0, 1), ""))).isEqualTo("fixed.outcome.alu64-add");
    }

    @Test
    void a_runaway_has_one_signature_for_any_stopping_point() {
        assertThat(signature(new Trapped(Trap.RUNAWAY, new Where(0, 1), ""))).isEqualTo("fixed.outcome");
        assertThat(signature(new Trapped(Trap.RUNAWAY, new Where(0, 0), ""))).isEqualTo("fixed.outcome");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    0102                                 | 0202                                 | m[0] expected 513, found 514
                    00000000000000000000000000000000000c | 00000000000000000100000000000000000c | m[0] bytes 8..15 expected hex 0000000000000000, found hex 0100000000000000
                    00000000000000000000000000000000000c | 00000000000000000000000000000000000d | m[0] bytes 16..17 expected hex 000c, found hex 000d
                    """)
    void a_difference_in_a_long_value_shows_the_bytes_that_differ(String expected, String seen, String difference) {
        var source = CaseReader.parse("long.case",
                "-- map m array value=%d entries=1\n-- prog p\nr0 = 0\nexit\n".formatted(expected.length() / 2));
        var judge = new Judge(verified(source), Expectation.NONE, UnaryOperator.identity(), _ -> Where.UNKNOWN);
        var runs = Stream.of(expected, seen).map(value -> new Run(value, new Outcome.Returned(new Observation(0, 0, List.of(Bytes
                .ofHex(value)), Bytes.EMPTY, List.of(), List.of())))).toList();
        assertThat(judge.judge(runs)).isInstanceOfSatisfying(Comparison.Diverge.class,
                diverge -> assertThat(diverge.differences()).singleElement().extracting(Difference::describe).asString()
                        .endsWith(": " + difference));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0x1ffffffff, ''
            0x1fffffffe, 'retval expected 0xffffffff, found 0xfffffffe'
            """)
    void a_retval_is_the_low_half_of_the_result(String r0, String difference) {
        var source = CaseReader.parse("retval.case", "-- prog p\nr0 = %s ll\nexit\n-- expect\nretval = -1\n".formatted(r0));
        var judge = new Judge(verified(source), source.expectation(), UnaryOperator.identity(), _ -> Where.UNKNOWN);
        var run = new Run("a",
                new Outcome.Returned(new Observation(Long.decode(r0), 0, List.of(), Bytes.EMPTY, List.of(), List.of())));
        switch (judge.judge(List.of(run, run))) {
            case Comparison.Diverge diverge ->
                assertThat(diverge.differences().getFirst().describe()).endsWith(difference).isNotBlank();
            case Comparison.Agree _ -> assertThat(difference).isEmpty();
            case Comparison.Inconclusive(var reason) -> assertThat(reason).isEmpty();
        }
    }
}
