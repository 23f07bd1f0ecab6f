package dev.tailbound.generate;

import java.util.List;

/// The only source of randomness: it makes every decision of the generator.
///
/// 0 and `false` are the smallest answers, for which the least code is generated. An exhausted source returns them forever, and generation
/// still ends.
public interface Choices {

    /// A number in `0..bound-1`; `bound` is at least 1.
    int below(int bound);

    /// Any 64 bits.
    long bits64();

    /// A number in `low..high`, both included.
    default int between(int low, int high) {
        return low + below(high - low + 1);
    }

    /// True once in `n` times.
    default boolean oneIn(int n) {
        return below(n) == n - 1;
    }

    /// True with a probability of `percent` %.
    default boolean percent(int percent) {
        return below(100) >= 100 - percent;
    }

    /// A number in `low..high` of any magnitude: numbers below `2 * low` with a probability of 1/2, and so on with each doubling. The limit is
    /// frequent among the numbers next to it.
    default int heavyTailed(int low, int high) {
        return heavyTailed(low, high, 50);
    }

    /// The same, where numbers of at least twice a number have `percent` % of its probability.
    default int heavyTailed(int low, int high, int percent) {
        int from = low;
        while (from <= high / 2 && percent(percent)) {
            from *= 2;
        }
        return from > high / 2 && oneIn(4) ? high : between(from, Math.min(high, 2 * from - 1));
    }

    default <T> T pick(List<T> options) {
        return options.get(below(options.size()));
    }

    default <T> T pick(T[] options) {
        return options[below(options.length)];
    }

    default int pick(int[] options) {
        return options[below(options.length)];
    }

    /// A position in `weights`, with a probability proportional to its weight; at least one is positive.
    default int weighted(int... weights) {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int left = below(total);
        int position = 0;
        while (left >= weights[position]) {
            left -= weights[position++];
        }
        return position;
    }

    /// The position of one of the bits of `set`, which has at least one.
    default int bitOf(int set) {
        int rest = set;
        for (int skip = below(Integer.bitCount(set)); skip > 0; skip--) {
            rest &= rest - 1;
        }
        return Integer.numberOfTrailingZeros(rest);
    }

    /// The choices for case `index` of a campaign: each case can be generated alone.
    static Choices seeded(long seed, long index) {
        return new SeededChoices(seed, index);
    }

    /// The choices that a byte string encodes; after its end all are 0.
    static Choices of(byte... data) {
        return new ByteChoices(data);
    }
}
