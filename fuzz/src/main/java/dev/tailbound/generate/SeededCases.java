package dev.tailbound.generate;

import dev.tailbound.cases.Case;

/// The cases of a campaign, which a generator makes from a seed: one [InputVariants] after the other, each case from its index alone.
///
/// It remembers the last family, so that it is for one thread.
public final class SeededCases {
    /// Cases of a family: the first on an input runs much of its programs for the first time, later ones less and less. The time until a fault of the kill
    /// matrix is found is least with four and eight, of those in tail calls with eight.
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
