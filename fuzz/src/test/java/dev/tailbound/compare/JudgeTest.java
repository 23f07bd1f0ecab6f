package dev.tailbound.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Trapped;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Case SOURCE = CaseReader.parse("test.case", """
            -- prog entry
                r0 = 1
                r0 += 1
                exit
            -- ctx skb
            -- run entry
            """);

    /// An engine that has but one answer.
    private record Fixed(Outcome outcome) implements Engine {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Outcome run(VerifiedCase verified) {
            return outcome;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private static String signature(Outcome outcome) {
        try (var differential = new Differential(List.of(new Interpreter(TailCallRule.V6_12), new Fixed(outcome)),
                Case::expectation)) {
            var verified = ((Verdict.Accepted) Verifier.verify(SOURCE)).verified();
            return ((Comparison.Diverge) differential.compare(verified).comparison()).signature().toString();
        }
    }

    @Test
    void a_trap_is_known_by_the_instruction_at_which_it_happened() {
        assertThat(signature(new Trapped(Trap.MEMORY, new Where(0, 1), ""))).isEqualTo("fixed.outcome.alu64-add");
    }

    @Test
    void a_runaway_has_one_signature_wherever_it_was_stopped() {
        assertThat(signature(new Trapped(Trap.RUNAWAY, new Where(0, 1), ""))).isEqualTo("fixed.outcome");
        assertThat(signature(new Trapped(Trap.RUNAWAY, new Where(0, 0), ""))).isEqualTo("fixed.outcome");
    }
}
