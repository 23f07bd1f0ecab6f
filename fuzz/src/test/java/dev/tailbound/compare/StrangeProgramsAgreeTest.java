package dev.tailbound.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.StrangePrograms;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Programs that compare, shift, multiply and store pointers and read unwritten stack bytes never diverge on correct engines.
///
/// `-Dstrange-cases=N` compares more programs.
@Tag("emulator")
class StrangeProgramsAgreeTest {
    private static final int CASES = Integer.getInteger("strange-cases", 1000);
    private static final long SEED = Long.getLong("strange-seed", 7);

    @Test
    void programs_whose_pointers_flow_anywhere_never_diverge() {
        int agree = 0;
        try (var differential = new Differential(List.of(new Interpreter(), EngineSpec.parse("x86-64").open(TailCallRule.V6_12),
                EngineSpec.parse("arm64").open(TailCallRule.V6_12)), Case::expectation)) {
            int compared = 0;
            for (long index = 0; compared < CASES; index++) {
                var source = StrangePrograms.generate(Choices.seeded(SEED, index));
                if (Verifier.verify(source) instanceof Verdict.Accepted(var verified)) {
                    var comparison = differential.compare(verified).comparison();
                    assertThat(comparison).as("case %d of seed %d", index, SEED).isNotInstanceOf(Comparison.Diverge.class);
                    agree += comparison instanceof Comparison.Agree ? 1 : 0;
                    compared++;
                }
            }
        }
        assertThat(agree).isGreaterThan(CASES / 2);
    }
}
