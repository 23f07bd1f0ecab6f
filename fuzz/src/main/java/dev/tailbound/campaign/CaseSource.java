package dev.tailbound.campaign;

import dev.tailbound.cases.Case;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;

/// The endless list of cases of a campaign; each is made from its index alone, whoever makes the others.
@FunctionalInterface
public interface CaseSource {

    Case at(long index);

    /// The cases that the generator makes from a seed.
    static CaseSource seeded(long seed) {
        var generator = new CaseGenerator(GeneratorOptions.DEFAULT);
        return index -> generator.generate(Choices.seeded(seed, index));
    }
}
