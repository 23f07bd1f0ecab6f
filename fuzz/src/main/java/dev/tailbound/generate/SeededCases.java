package dev.tailbound.generate;

import dev.tailbound.cases.Case;

/// The cases of a campaign, which a generator makes from a seed: one [Family] after the other, each case from its index alone.
///
/// It remembers the last family, so that it is for one thread.
public final class SeededCases {
    /// Cases of a family. More of them take less time each, and show less: most defects show on any input of a program that has them.
    static final int INPUTS = 8;

    private final long seed;
    private final CaseGenerator generator;
    private Family family;
    private long familyStart = -1;

    public SeededCases(long seed, CaseGenerator generator) {
        this.seed = seed;
        this.generator = generator;
    }

    public Case at(long index) {
        long start = index - Math.floorMod(index, INPUTS);
        if (start != familyStart) {
            family = generator.family(Choices.seeded(seed, start));
            familyStart = start;
        }
        return index == start ? family.first() : family.redrawn(Choices.seeded(seed, index));
    }
}
