package dev.tailbound.generate;

import dev.tailbound.cases.Case;

/// The generated cases of a campaign from a seed: one [InputVariants] after the other; each case depends only on its index.
///
/// It caches the last family, so use it in one thread only.
public final class SeededCases {
    /// Cases per family: the first input runs much new code, later ones less and less. The time until faults of the kill matrix are found is minimal
    /// with four and eight, for faults in tail calls with eight.
    public static final int INPUTS = 8;

    private final long seed;
    private final CaseGenerator generator;
    private final int inputs;
    private InputVariants family;
    private long familyStart = -1;

    /// Each family has `inputs` cases.
    public SeededCases(long seed, CaseGenerator generator, int inputs) {
        this.seed = seed;
        this.generator = generator;
        this.inputs = inputs;
    }

    public Case at(long index) {
        long start = index - Math.floorMod(index, inputs);
        if (start != familyStart) {
            family = generator.family(Choices.seeded(seed, start));
            familyStart = start;
        }
        return index == start ? family.first() : family.redrawn(Choices.seeded(seed, index));
    }
}
