package dev.tailbound.run.emulated;

import java.lang.foreign.MemorySegment;

/// The code that an emulator ran last, so that it keeps what it translated from bytes that are still there.
final class SeenCode {
    private static final int LINE = 64;

    private MemorySegment seen = MemorySegment.ofArray(new byte[0]);

    /// Stretches of memory, in bytes from a start.
    interface Stretches {
        void add(long from, long to);
    }

    /// Tells the stretches of `code` that differ from the last time, and takes it as seen. What was not there the last time, or is not now, differs.
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

    /// The first differing line from `from` on, `to` where there is none.
    private long differing(MemorySegment code, long from, long to) {
        long at = MemorySegment.mismatch(code, from, to, seen, from, to);
        return at < 0 ? to : from + at & -LINE;
    }
}
