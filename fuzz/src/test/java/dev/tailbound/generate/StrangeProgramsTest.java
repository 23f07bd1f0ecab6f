package dev.tailbound.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StrangeProgramsTest {
    private static final int CASES = 1000;

    private static Stream<Case> cases() {
        return LongStream.range(0, CASES).mapToObj(index -> StrangePrograms.generate(Choices.seeded(1, index)));
    }

    @Test
    void the_same_choices_make_the_same_program() {
        assertThat(cases().limit(50)).containsExactlyElementsOf(cases().limit(50).toList());
    }

    @Test
    void many_are_accepted_and_many_refused() {
        long accepted = cases().filter(source -> Verifier.verify(source) instanceof Verdict.Accepted).count();
        assertThat(accepted).isBetween(CASES / 10L, CASES * 9 / 10L);
    }

    @Test
    void accepted_programs_do_not_trap() {
        var oracle = new Interpreter();
        assertThat(cases().flatMap(
                source -> Verifier.verify(source) instanceof Verdict.Accepted(var verified) ? Stream.of(oracle.outcome(verified))
                        : Stream.empty()))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Returned.class));
    }
}
