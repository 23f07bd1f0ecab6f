package dev.tailbound.run.interp;

import java.util.stream.Stream;

/// Address layouts for runs.
final class Layouts {
    /// Kernel-like addresses.
    static final AddressLayout HIGH = new AddressLayout(0xffff_0000, 0x6aaa_aaa8, -0x0001_0110);

    private Layouts() {}

    static Stream<AddressLayout> both() {
        return Stream.of(AddressLayout.LOW, HIGH);
    }

    /// One of 2^48 layouts, determined by the argument.
    static AddressLayout of(long random) {
        int window = (int) (random >>> 32) & 0x7fff_ffff;
        // Leaves space for the windows of all objects in either half of the address space.
        return new AddressLayout((random & 1) == 0 ? window & 0x3fff_ffff : window | 0x8000_0000, (int) random & 0x3fff_fff8,
                (int) (random >>> 16) & 0x000f_fff8);
    }
}
