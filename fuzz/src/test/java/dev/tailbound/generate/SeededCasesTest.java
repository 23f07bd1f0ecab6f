package dev.tailbound.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifications;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.ByteOrder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cases of a campaign form families with the same programs, and state cached between cases has no effect.
class SeededCasesTest {
    private static final long SEED = 5;
    private static final int CASES = 60 * SeededCases.INPUTS;

    private static VerifiedCase accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).verified();
    }

    @Test
    void a_case_is_the_same_after_any_other_case() {
        var inOrder = CaseSource.seeded(SEED);
        var jumping = CaseSource.seeded(SEED);
        var expected = LongStream.range(0, CASES).mapToObj(inOrder::at).toList();
        for (int i = 0; i < CASES; i++) {
            int index = i * 101 % CASES; // a prime, so that every case is used
            assertThat(jumping.at(index)).isEqualTo(expected.get(index));
        }
    }

    @Test
    void a_family_has_the_same_programs_on_different_inputs() {
        var cases = CaseSource.seeded(SEED);
        for (long index = 0; index < CASES; index++) {
            var source = cases.at(index);
            var first = cases.at(index - index % SeededCases.INPUTS);
            assertThat(source.programs()).isEqualTo(first.programs());
            if (index % SeededCases.INPUTS > 0) {
                assertThat(source.maps()).isNotEqualTo(first.maps());
                assertThat(source.context()).isNotEqualTo(first.context());
                assertThat(source.environment()).isNotEqualTo(first.environment());
            }
        }
    }

    @Test
    void cached_facts_equal_those_of_a_new_verification() {
        var cases = CaseSource.seeded(SEED);
        var verifications = new Verifications(ByteOrder.LITTLE_ENDIAN);
        for (long index = 0; index < CASES; index++) {
            var source = cases.at(index);
            assertThat(accepted(verifications.verify(source))).isEqualTo(accepted(Verifier.verify(source)));
        }
    }

    /// On x86-64, direct tail calls are patched when slots change, so the code depends on the input.
    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "x86-64:ip-aux", "arm64" })
    void cached_programs_run_like_newly_compiled_ones(String name) {
        var cases = CaseSource.seeded(SEED);
        var other = accepted(Verifier.verify(CaseReader.parse("other.case", "-- run entry\n-- prog entry\nr0 = 0\nexit\n")));
        try (var keeping = open(name); var forgetting = open(name)) {
            for (long index = 0; index < CASES; index++) {
                Case source = cases.at(index);
                var verified = accepted(Verifier.verify(source));
                forgetting.outcome(other);
                assertThat(keeping.outcome(verified)).isEqualTo(forgetting.outcome(verified));
            }
        }
    }

    private static Engine open(String name) {
        return EngineSpec.parse(name).open(TailCallRule.V6_12);
    }
}
