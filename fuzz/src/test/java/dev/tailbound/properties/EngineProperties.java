package dev.tailbound.properties;

import static dev.tailbound.properties.VerifierProperties.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.EngineSpec;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// What the default engines promise about every case.
class EngineProperties {
    private static Differential engines;

    @BeforeContainer
    static void open() {
        engines = new Differential(EngineSpec.DEFAULT.stream().map(spec -> spec.open(TailCallRule.V6_12)).toList(),
                Case::expectation);
    }

    @AfterContainer
    static void close() {
        engines.close();
    }

    @Property(seed = "1", tries = 500)
    void engines_agree_with_the_oracle(@ForAll(supplier = GeneratedCases.class) Case source) {
        assertThat(engines.compare(accepted(source)).comparison()).isEqualTo(new Comparison.Agree());
    }

    @Property(seed = "2", tries = 500)
    void no_run_takes_more_than_33_tail_calls(@ForAll(supplier = GeneratedCases.class) Case source) {
        assertThat(engines.compare(accepted(source)).runs()).hasSameSizeAs(EngineSpec.DEFAULT).allSatisfy(run -> {
            assertThat(run.outcome()).isInstanceOf(Outcome.Returned.class);
            assertThat(((Outcome.Returned) run.outcome()).observation().tailCalls()).isBetween(0, 33);
        });
    }
}
