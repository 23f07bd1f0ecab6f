package dev.tailbound.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.run.interp.Claims;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/// The verifier accepts every case, and its abstract states are true of the run.
class VerifierProperties {

    static VerifiedCase accepted(Case source) {
        return accepted(Verifier.verify(source));
    }

    private static VerifiedCase accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).verified();
    }

    @Property(seed = "8", tries = 500)
    void the_verifier_accepts_generated_cases(@ForAll(supplier = GeneratedCases.class) Case source) {
        accepted(source);
    }

    @Property(seed = "9", tries = 500)
    void the_verifier_accepts_the_case_of_any_byte_string(@ForAll @Size(max = 2000) byte[] bytes) {
        accepted(new CaseGenerator(GeneratorOptions.DEFAULT).generate(Choices.of(bytes)));
    }

    @Property(seed = "10", tries = 500)
    void every_state_of_a_run_is_inside_the_verifiers_abstract_state(@ForAll(supplier = GeneratedCases.class) Case source) {
        check(source, ByteOrder.LITTLE_ENDIAN);
    }

    @Property(seed = "11", tries = 500)
    void every_state_of_a_big_endian_run_is_inside_the_verifiers_abstract_state(
            @ForAll(supplier = GeneratedCases.class) Case source) {
        check(source, ByteOrder.BIG_ENDIAN);
    }

    private static void check(Case source, ByteOrder order) {
        var claims = new Claims(source);
        claims.run(accepted(Verifier.verify(source, order, claims)));
        assertThat(claims.escaped()).isEmpty();
        assertThat(claims.checked()).isPositive();
    }
}
