package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A kernel stack, filled with poison before each run: values read unwritten are recognisably wrong, and writes above the run's frame are detected.
final class GuestStack {
    // 34 chained programs, each with 256 bytes of BPF stack above its last frame and up to eight frames' registers, need less than half of it.
    private static final long BYTES = 64 * 1024;

    // Period of the poison pattern, in bytes: small enough for the L1 cache.
    private static final long PERIOD = 8 * 1024;

    // Size of the simulated caller's frame, above the stack pointer at entry.
    private static final long CALLER_BYTES = 512;

    // Size of a helper's frame, which real helpers would overwrite.
    private static final long HELPER_BYTES = 256;

    private final GuestRegion region;
    // One period plus the maximum length of one copy.
    private final MemorySegment poison;

    GuestStack(HostIsa isa, Arena arena) {
        region = GuestRegion.allocate("stack", isa.addresses().stack(), BYTES, Unicorn.READ | Unicorn.WRITE, arena);
        poison = arena.allocate(PERIOD + HELPER_BYTES, Long.BYTES);
        for (long i = 0; i < PERIOD / Long.BYTES; i++) {
            // All words differ and are neither small numbers nor addresses.
            poison.setAtIndex(JAVA_LONG, i, 0x57ac_4bad_57ac_4badL + i * 0x0000_0101_0000_0101L);
        }
        MemorySegment.copy(poison, 0, poison, PERIOD, HELPER_BYTES);
        poison();
    }

    GuestRegion region() {
        return region;
    }

    /// The caller's stack pointer, which must be unchanged after the run; a multiple of 16.
    long callersTop() {
        return region.end() - CALLER_BYTES;
    }

    /// Restores the poison where the last run wrote.
    void poison() {
        for (long at = 0; at < region.size(); at += PERIOD) {
            var part = region.bytes().asSlice(at, PERIOD);
            if (!NativeMemory.isSame(part, poison, PERIOD)) {
                MemorySegment.copy(poison, 0, part, 0, PERIOD);
            }
        }
    }

    /// Overwrites memory below the stack pointer, like a callee's frame.
    void poisonBelow(long stackPointer) {
        long to = stackPointer - region.base();
        long from = Math.max(0, to - HELPER_BYTES);
        if (to <= region.size() && from < to) {
            MemorySegment.copy(poison, from % PERIOD, region.bytes(), from, to - from);
        }
    }

    /// Reports a change above the caller's stack pointer.
    void reportDamage(List<String> damage) {
        var caller = region.at(callersTop(), CALLER_BYTES);
        var expected = poison.asSlice((callersTop() - region.base()) % PERIOD, CALLER_BYTES);
        long at = expected.mismatch(caller) & -Long.BYTES;
        if (at >= 0) {
            damage.add("stack at caller's sp+0x%x expected 0x%x, found 0x%x".formatted(at, expected.get(JAVA_LONG, at),
                    caller.get(JAVA_LONG, at)));
        }
    }
}
