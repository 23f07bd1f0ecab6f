package dev.tailbound.cases;

/// Helper results that do not depend on the program. The case fixes them, so they are the same in every engine.
///
/// `bpf_get_smp_processor_id` returns `cpu`. The n-th call of `bpf_ktime_get_ns` in a run (n = 0, 1, ...) returns `ktime + n`. The n-th call of
/// `bpf_get_prandom_u32` returns the upper 32 bits of SplitMix64's n-th output for the seed: with `x = seed + (n + 1) * 0x9e3779b97f4a7c15`, `x = (x
/// ^ x >>> 30) * 0xbf58476d1ce4e5b9`, `x = (x ^ x >>> 27) * 0x94d049bb133111eb`, the output is `x ^ x >>> 31`. The oracle and the emulated engines
/// implement this independently.
public record Environment(long prandom, long ktime, int cpu) {
    public static final Environment DEFAULT = new Environment(0, 0, 0);
}
