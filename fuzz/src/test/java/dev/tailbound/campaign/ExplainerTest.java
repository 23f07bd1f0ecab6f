package dev.tailbound.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.Explainer;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Reports of findings show the first wrong instruction.
class ExplainerTest {

    @Test
    void each_engine_that_differs_has_a_section_with_its_first_wrong_instruction() {
        var hierarchy = CaseReader.read(Path.of("../corpus/seeds/tailcall-hierarchy.case"));
        var verified = ((Verdict.Accepted) Verifier.verify(hierarchy)).verified();
        var engines = Stream.of("oracle", "x86-64:stack-copy", "arm64", "arm64:x26")
                .map(name -> EngineSpec.parse(name).open(TailCallRule.V6_12)).toList();
        try (var differential = new Differential(engines, Case::expectation)) {
            var divergence = (Comparison.Diverge) differential.compare(verified).comparison();
            var markdown = Explainer.firstWrongInstruction(differential).explain(verified, divergence);
            assertThat(markdown.lines().filter(line -> line.startsWith("## "))).hasSize(2);
            assertThat(markdown).contains("    x86-64:stack-copy first goes wrong at entry insn 14, step 322: ",
                    "    arm64:x26 first goes wrong at entry insn 14, step 322: ", "cmp eax, 0x21", "cmp x26, x10");
        }
    }
}
