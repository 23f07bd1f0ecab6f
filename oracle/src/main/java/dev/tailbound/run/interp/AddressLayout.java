package dev.tailbound.run.interp;

/// Where the objects of a run lie: the n-th one starts in the n-th window of 4 GiB.
///
/// A value that a program makes of addresses differs between the two layouts, because they have little in common: the halves of the address
/// space, the order of objects, the order of the addresses' low halves, and bits 3 and up of an object's start.
public enum AddressLayout {
    // @formatter:off
    /// User-like addresses: later objects lie higher.
    LOW (0x0000_2aaa, +1, 0x1555_5550, +0x0001_0110),
    /// Kernel-like addresses: later objects lie lower.
    HIGH(0xffff_d555, -1, 0x6aaa_aaa8, -0x0001_0110);
    // @formatter:on

    private final long firstWindow;
    private final int direction;
    private final int start;
    private final int skew;

    AddressLayout(int firstWindow, int direction, int start, int skew) {
        this.firstWindow = firstWindow;
        this.direction = direction;
        this.start = start;
        this.skew = skew;
    }

    /// The address of the object's first byte, a multiple of 8.
    long base(int object) {
        return ((firstWindow + (long) direction * object) << 32) + start + (long) skew * object;
    }

    /// The number of the only object that can lie at the address; there may be none with this number.
    long objectNear(long address) {
        return direction * ((address >> 32) - firstWindow);
    }
}
