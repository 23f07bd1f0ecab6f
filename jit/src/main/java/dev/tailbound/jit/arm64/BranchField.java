package dev.tailbound.jit.arm64;

import dev.tailbound.jit.OutOfReach;

/// The displacement field of a branch: its position in the instruction and its range in words.
enum BranchField {
    /// `b`, `bl`: 128 MB either way.
    IMM26(0, 26),
    /// `b.cond`, `cbz`, `cbnz`: 1 MB either way.
    IMM19(5, 19);

    private final int shift;
    private final int bits;

    BranchField(int shift, int bits) {
        this.shift = shift;
        this.bits = bits;
    }

    /// The field can encode a displacement of so many bytes.
    boolean reaches(long bytes) {
        return -reach() <= bytes && bytes < reach() && bytes % 4 == 0;
    }

    /// The encoded displacement; throws [OutOfReach] if it does not fit, because there is no longer form.
    int pack(long bytes) {
        if (!reaches(bytes)) {
            throw new OutOfReach("branch over %d bytes, the instruction reaches +-%d".formatted(bytes, reach()));
        }
        int mask = (1 << bits) - 1;
        return ((int) (bytes / 4) & mask) << shift;
    }

    private long reach() {
        return 2L << bits;
    }
}
