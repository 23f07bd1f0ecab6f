package dev.tailbound.generate;

/// The bytes that a pointer register may access: `low..high-1` relative to it.
///
/// @param align the address is a multiple of this power of two
record PointerBounds(Kind kind, int map, int low, int high, int align) {
    static final PointerBounds CONTEXT = new PointerBounds(Kind.CONTEXT, -1, 0, 0, 8);

    /// Eight initialised bytes, possibly in a frame.
    static final PointerBounds BYTES = new PointerBounds(Kind.STACK, -1, 0, 8, 8);

    enum Kind {
        CONTEXT, MAP_VALUE, STACK
    }

    /// `off` bytes into a value of the map at this position.
    static PointerBounds value(int map, int valueSize, int off) {
        return new PointerBounds(Kind.MAP_VALUE, map, -off, valueSize - off, off == 0 ? 8
                : Math.min(8, Integer.lowestOneBit(off)));
    }

    PointerBounds plus(int distance) {
        return new PointerBounds(kind, map, low - distance, high - distance,
                distance == 0 ? align : Math.min(align, Integer.lowestOneBit(distance)));
    }

    /// The address plus a number in `0..most` that is a multiple of `step`.
    PointerBounds plusAtMost(int most, int step) {
        return new PointerBounds(kind, map, low, high - most, Math.min(align, step));
    }

    /// Whether an access of this size fits, at an offset that an instruction can have; if it must be aligned, at a multiple of its size.
    boolean holds(int bytes, boolean aligned) {
        return kind != Kind.CONTEXT && (!aligned || align >= bytes) && first(bytes, aligned) <= last(bytes);
    }

    /// The lowest offset of an access of this size.
    int first(int bytes, boolean aligned) {
        int first = Math.max(low, Short.MIN_VALUE);
        return aligned ? first + bytes - 1 & -bytes : first;
    }

    /// The highest offset of an access of this size, apart from alignment.
    int last(int bytes) {
        return Math.min(high - bytes, Short.MAX_VALUE);
    }
}
