package dev.tailbound.isa;

/// The width of an arithmetic or compare operation; W32 results are zero-extended into the 64-bit register.
public enum Width {
    W32(32), W64(64);

    private final int bits;

    Width(int bits) {
        this.bits = bits;
    }

    public int bits() {
        return bits;
    }
}
