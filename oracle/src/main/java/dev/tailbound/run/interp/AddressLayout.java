package dev.tailbound.run.interp;

/// Where the objects of a run lie: the n-th one starts in the n-th window of 4 GiB.
///
/// @param firstWindow the upper half of the first object's address; later objects lie in windows above it
/// @param start       the lower half of the first object's address, a multiple of 8
/// @param skew        how much higher the lower half of the next object's address is, a multiple of 8
record AddressLayout(int firstWindow, int start, int skew) {
    /// User-like addresses.
    static final AddressLayout LOW = new AddressLayout(0x0000_2aaa, 0x1555_5550, 0x0001_0110);

    /// The address of the object's first byte, a multiple of 8.
    long base(int object) {
        return ((firstWindow + (long) object) << 32) + start + (long) skew * object;
    }

    /// The number of the only object that can lie at the address; there may be none with this number.
    long objectNear(long address) {
        return (address >> 32) - firstWindow;
    }
}
