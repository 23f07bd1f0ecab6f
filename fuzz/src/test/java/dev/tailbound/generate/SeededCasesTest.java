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
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A campaign's cases come in families of the same programs, and nothing that is kept from one to the next shows.
class SeededCasesTest {
    private static final long SEED = 5;
    private static final int CASES = 60 * SeededCases.INPUTS;

    private static VerifiedCase accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).verified();
    }

    @Test
    void a_case_is_the_same_whichever_was_made_before() {
        var inOrder = CaseSource.seeded(SEED);
        var jumping = CaseSource.seeded(SEED);
        var expected = LongStream.range(0, CASES).mapToObj(inOrder::at).toList();
        for (int i = 0; i < CASES; i++) {
            int index = i * 101 % CASES; // a prime, so that all are taken
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
    void facts_that_are_kept_are_those_that_verifying_finds() {
        var cases = CaseSource.seeded(SEED);
        var verifications = new Verifications();
        for (long index = 0; index < CASES; index++) {
            var source = cases.at(index);
            assertThat(accepted(verifications.verify(source))).isEqualTo(accepted(Verifier.verify(source)));
        }
    }

    /// On x86-64 direct tail calls follow the slots, so that code changes with the input.
    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "x86-64:ip-aux", "arm64" })
    void programs_that_stay_compiled_run_as_those_compiled_anew(String name) {
        var cases = CaseSource.seeded(SEED);
        var other = accepted(Verifier.verify(CaseReader.parse("other.case", "-- run entry\n-- prog entry\nr0 = 0\nexit\n")));
        try (var keeping = open(name); var forgetting = open(name)) {
            for (long index = 0; index < CASES; index++) {
                Case source = cases.at(index);
                var verified = accepted(Verifier.verify(source));
                forgetting.run(other);
                assertThat(keeping.run(verified)).isEqualTo(forgetting.run(verified));
            }
        }
    }

    private static Engine open(String name) {
        return EngineSpec.parse(name).open(TailCallRule.V6_12);
    }
}
