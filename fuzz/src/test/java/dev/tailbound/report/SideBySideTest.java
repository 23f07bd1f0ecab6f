package dev.tailbound.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import org.junit.jupiter.api.Test;

/// The columns of a finding.
class SideBySideTest {

    @Test
    void values_that_depend_on_addresses_are_marked_and_not_called_wrong() {
        var source = CaseReader.parse("leak.case", """
                -- map m array value=8 entries=1
                -- prog p
                    r1 = map[m][0] ll
                    *(u64 *)(r1 + 0) = r10
                    r0 = r10
                    exit
                """);
        var verified = ((Verdict.Accepted) Verifier.verify(source)).verified();
        var engines = EngineSet.DEFAULT.stream().map(spec -> spec.open(TailCallRule.V6_12)).toList();
        try (var differential = new Differential(engines, Case::expectation)) {
            var table = new SideBySide(verified, differential.compare(verified)).render().toString();
            assertThat(table).contains(">r0 *</th>", ">m[0] *</th>", ">tail calls</th>").doesNotContain("wrong");
        }
    }
}
