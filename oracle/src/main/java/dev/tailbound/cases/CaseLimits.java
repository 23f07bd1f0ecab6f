package dev.tailbound.cases;

import java.util.Collection;

/// Size limits of a case, so that every command runs in a 1 GiB heap. A larger case is bad input.
public final class CaseLimits {
    /// `MAX_USED_MAPS` in the kernel's include/linux/bpf_verifier.h: maximum number of maps per program, here per case.
    public static final int MAPS = 64;
    public static final int PROGRAMS = 1024;
    public static final int EVENTS = 1024;
    /// Twice `MAX_KFUNC_BTFS` of the kernel's kernel/bpf/verifier.c, maximum number of modules whose functions a program may call; the verifier
    /// rejects more.
    public static final int MODULES = 512;
    /// Instructions of all programs together. The kernel has the same limit, `BPF_COMPLEXITY_LIMIT_INSNS`, per program.
    public static final int INSNS = 1_000_000;
    /// Bytes of one map: values at their stride, or slots of eight bytes.
    public static final int MAP_BYTES = 1 << 24;
    /// Bytes of all maps. Each engine's run has a copy of them.
    public static final int ALL_MAPS_BYTES = 1 << 26;

    private CaseLimits() {}

    /// Throws [IllegalArgumentException] where there are too many.
    public static void requireAtMost(int most, String what, Collection<?> things) {
        if (things.size() > most) {
            throw new IllegalArgumentException("%d %s, expected at most %d".formatted(things.size(), what, most));
        }
    }

    /// Throws [IllegalArgumentException] if the map takes too many bytes.
    static void requireMemory(String map, long bytes) {
        if (bytes > MAP_BYTES) {
            throw new IllegalArgumentException("map %s takes %d bytes, expected at most %d".formatted(map, bytes, MAP_BYTES));
        }
    }

    /// The same for all maps of a case.
    static void requireMemory(int maps, long bytes) {
        if (bytes > ALL_MAPS_BYTES) {
            throw new IllegalArgumentException(
                    "%d maps take %d bytes, expected at most %d".formatted(maps, bytes, ALL_MAPS_BYTES));
        }
    }
}
