package dev.tailbound.generate;

/// Pseudo-random choices: one SplitMix64 stream for each pair of seed and case index.
///
/// With `mix(x)` = SplitMix64's output function and `G = 0x9e3779b97f4a7c15`, the stream starts at `s = mix(mix(seed) + index * G)`; its n-th
/// output (n = 1, 2, ...) is `mix(s + n * G)`. `below(bound)` is `(output >>> 32) * bound >>> 32`.
final class SeededChoices implements Choices {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    SeededChoices(long seed, long index) {
        state = mix(mix(seed) + index * GOLDEN);
    }

    @Override
    public int below(int bound) {
        return (int) (((bits64() >>> 32) * bound) >>> 32);
    }

    @Override
    public long bits64() {
        state += GOLDEN;
        return mix(state);
    }

    private static long mix(long x) {
        long y = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        long z = (y ^ y >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
