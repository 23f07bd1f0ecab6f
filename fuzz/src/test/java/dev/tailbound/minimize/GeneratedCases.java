package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/// Generated cases as a jqwik arbitrary; they shrink by the reductions of the minimizer.
///
/// `@ForAll(supplier = GeneratedCases.class) Case source`
public final class GeneratedCases implements ArbitrarySupplier<Case> {
    private static final CaseGenerator GENERATOR = new CaseGenerator(GeneratorOptions.DEFAULT);

    @Override
    public Arbitrary<Case> get() {
        return Arbitraries.fromGenerator(random -> new Shrinking(GENERATOR.generate(Choices.seeded(random.nextLong(), 0))));
    }

    private record Shrinking(Case value) implements Shrinkable<Case> {
        @Override
        public Stream<Shrinkable<Case>> shrink() {
            var size = CaseSize.of(value);
            return Reductions.ALL.stream().flatMap(reduction -> reduction.candidates().of(value))
                    .filter(candidate -> CaseSize.of(candidate).compareTo(size) < 0)
                    .filter(candidate -> Verifier.verify(candidate) instanceof Verdict.Accepted).map(Shrinking::new);
        }

        @Override
        public ShrinkingDistance distance() {
            var size = CaseSize.of(value);
            return ShrinkingDistance.of(size.insns(), size.parts(), size.detail());
        }
    }
}
