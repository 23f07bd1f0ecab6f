package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A contiguous region of guest memory, shared by Java and the emulator; the addresses around it are unmapped.
///
/// @param protection a sum of [Unicorn#READ], [Unicorn#WRITE] and [Unicorn#EXECUTE], for the guest only
record GuestRegion(String name, long base, MemorySegment bytes, int protection) {
    static final int PAGE = 4096;

    /// Allocates `size` zero bytes, rounded up to whole pages.
    static GuestRegion allocate(String name, long base, long size, int protection, Arena arena) {
        return new GuestRegion(name, base, arena.allocate(size + PAGE - 1 & -PAGE, PAGE), protection);
    }

    long size() {
        return bytes.byteSize();
    }

    long end() {
        return base + size();
    }

    /// The region contains all of `[address, address + length)`.
    boolean contains(long address, long length) {
        long offset = address - base;
        return offset >= 0 && length >= 0 && offset <= size() - length;
    }

    /// The bytes of `[address, address + length)`, which must be inside the region.
    MemorySegment at(long address, long length) {
        return bytes.asSlice(address - base, length);
    }

    void put(long address, byte[] data) {
        MemorySegment.copy(data, 0, bytes, JAVA_BYTE, address - base, data.length);
    }

    void putInt(long address, int value) {
        bytes.set(JAVA_INT_UNALIGNED, address - base, value);
    }

    void putLong(long address, long value) {
        bytes.set(JAVA_LONG_UNALIGNED, address - base, value);
    }

    long getLong(long address) {
        return bytes.get(JAVA_LONG_UNALIGNED, address - base);
    }
}
