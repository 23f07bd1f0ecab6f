package dev.tailbound.properties;

import static dev.tailbound.properties.VerifierProperties.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Callees;
import dev.tailbound.cases.Callees.Route;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.KernelEnvironment;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// What the default engines promise about every case.
class EngineProperties {
    private static Differential engines;

    @BeforeContainer
    static void open() {
        engines = new Differential(EngineSet.DEFAULT.stream().map(spec -> spec.open(TailCallRule.V6_12)).toList(),
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

    /// Attached programs have budgets of their own, and engines count the tail calls of all.
    @Property(seed = "2", tries = 500)
    void no_run_takes_more_than_33_tail_calls(@ForAll(supplier = GeneratedCases.class) Case source) {
        Assume.that(source.attachments().isEmpty());
        assertThat(engines.compare(accepted(source)).runs()).hasSameSizeAs(EngineSet.DEFAULT).allSatisfy(run -> {
            assertThat(run.outcome()).isInstanceOf(Outcome.Returned.class);
            assertThat(((Outcome.Returned) run.outcome()).observation().tailCalls()).isBetween(0, 33);
        });
    }

    @Property(seed = "3", tries = 500)
    void kernel_functions_are_called_alike_by_a_table_and_by_an_immediate(@ForAll(supplier = GeneratedCases.class) Case source) {
        var other = source.withProEpilogue(source.proEpilogue()
                .map(generated -> generated.withCallees(otherwise(generated.callees(), source.kernelEnvironment()))));
        assertThat(outcomes(other)).isEqualTo(outcomes(source));
    }

    /// An immediate does not reach far modules.
    private static Callees otherwise(Callees callees, KernelEnvironment kernelEnvironment) {
        return switch (callees.route()) {
            case IMMEDIATE -> new Callees(callees.module(), Route.KFUNC);
            case KFUNC ->
                callees.module().filter(name -> kernelEnvironment.module(kernelEnvironment.number(name)).isFar()).isPresent()
                        ? callees
                        : new Callees(callees.module(), Route.IMMEDIATE);
        };
    }

    private static List<Outcome> outcomes(Case source) {
        return engines.compare(accepted(source)).runs().stream().map(run -> run.outcome()).toList();
    }
}
