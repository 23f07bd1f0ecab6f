package dev.tailbound.run.interp;

/// Addresses of the objects of a run: object n starts in the n-th window of 4 GiB.
///
/// @param firstWindow upper half of the first object's address; later objects are in windows above it
/// @param start       lower half of the first object's address, a multiple of 8
/// @param skew        difference of the lower halves of consecutive objects' addresses, a multiple of 8
record AddressLayout(int firstWindow, int start, int skew) {
    /// User-like addresses.
    static final AddressLayout LOW = new AddressLayout(0x0000_2aaa, 0x1555_5550, 0x0001_0110);

    /// The address of the object's first byte, a multiple of 8.
    long base(int object) {
        return ((firstWindow + (long) object) << 32) + start + (long) skew * object;
    }

    /// Number of the only object that can be at the address; an object with this number need not exist.
    long objectNear(long address) {
        return (address >> 32) - firstWindow;
    }
}
