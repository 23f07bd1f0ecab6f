package dev.tailbound.isa;

/// Width of an arithmetic or compare operation; W32 results are zero-extended to 64 bits.
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
