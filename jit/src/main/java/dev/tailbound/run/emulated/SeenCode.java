package dev.tailbound.run.emulated;

import java.lang.foreign.MemorySegment;

/// Snapshot of the code that an emulator ran last, so that translations of unchanged code are kept.
final class SeenCode {
    private static final int LINE = 64;

    private MemorySegment seen = MemorySegment.ofArray(new byte[0]);

    /// Receives ranges, as byte offsets.
    interface Stretches {
        void add(long from, long to);
    }

    /// Reports the ranges of `code` that differ from the last snapshot, then replaces the snapshot. Added and removed bytes count as different.
    void see(MemorySegment code, Stretches changed) {
        if (code.mismatch(seen) < 0) {
            return;
        }
        long both = Math.min(code.byteSize(), seen.byteSize());
        for (long from = differing(code, 0, both); from < both;) {
            long to = lineEnd(from, both);
            while (to < both && differing(code, to, lineEnd(to, both)) == to) {
                to = lineEnd(to, both);
            }
            changed.add(from, to);
            from = differing(code, to, both);
        }
        long all = Math.max(code.byteSize(), seen.byteSize());
        if (both < all) {
            changed.add(both, all);
        }
        if (seen.byteSize() != code.byteSize()) {
            seen = MemorySegment.ofArray(new byte[(int) code.byteSize()]);
        }
        seen.copyFrom(code);
    }

    private static long lineEnd(long line, long limit) {
        return Math.min(line + LINE, limit);
    }

    /// The first differing cache line from `from` on; `to` if there is none.
    private long differing(MemorySegment code, long from, long to) {
        long at = MemorySegment.mismatch(code, from, to, seen, from, to);
        return at < 0 ? to : from + at & -LINE;
    }
}
