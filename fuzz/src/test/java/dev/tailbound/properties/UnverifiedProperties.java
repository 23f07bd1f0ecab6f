package dev.tailbound.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.cases.ProEpilogue;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.Unverified;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Program;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Programs that no verifier accepts make no false findings, whatever they do.
class UnverifiedProperties {
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

    @Property(seed = "21", tries = 500)
    void engines_agree_where_a_mutated_case_has_a_defined_run(@ForAll(supplier = GeneratedCases.class) Case source,
            @ForAll long seed) {
        mutated(source, new Random(seed)).filter(mutant -> Verifier.verify(mutant) instanceof Verdict.Rejected)
                .ifPresent(UnverifiedProperties::run);
    }

    private static void run(Case mutant) {
        if (Unverified.of(mutant, TailCallRule.V6_12, ByteOrder.LITTLE_ENDIAN) instanceof Unverified.Runs(var verified)) {
            assertThat(verified.isUnverified()).isTrue();
            assertThat(engines.compare(verified).comparison()).isNotInstanceOf(Comparison.Diverge.class);
        }
    }

    /// Some bytes of one program changed; empty where they are no instructions any more.
    private static Optional<Case> mutated(Case source, Random random) {
        var plain = source.withAttachments(Attachments.NONE).withProEpilogue(ProEpilogue.NONE).withEvents(List.of())
                .withExpectation(Expectation.NONE);
        var programs = new ArrayList<Program>(plain.programs());
        int chosen = random.nextInt(programs.size());
        var bytes = Encoder.encode(programs.get(chosen));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int slot = random.nextInt(bytes.length / 8) * 8;
            switch (random.nextInt(4)) {
                case 0 -> bytes[slot + 1] = (byte) (random.nextInt(11) | random.nextInt(11) << 4);
                case 1 -> bytes[slot + 2] += (byte) (random.nextInt(9) - 4);
                case 2 -> System.arraycopy(bytes, random.nextInt(bytes.length / 8) * 8, bytes, slot, 8);
                default -> bytes[slot + 4] = (byte) random.nextInt();
            }
        }
        try {
            programs.set(chosen, Decoder.decode(programs.get(chosen).name(), bytes));
            return Optional.of(plain.withPrograms(programs));
        } catch (BadInput noInstructions) {
            return Optional.empty();
        }
    }
}
