package dev.tailbound.run.emulated;

/// Size of a guest's code and kernel object regions, in bytes. A guest grows when a case needs more.
record Capacity(long code, long objects) {
    static final Capacity INITIAL = new Capacity(1L << 20, 1L << 20);

    // Code: half the range of an arm64 direct branch, as kernel text is on the other side. Objects: an acceptable share of the machine's memory.
    private static final Capacity MAX = new Capacity(64L << 20, 256L << 20);

    /// A case needs more than the current capacity; the message is for a case that exceeds the maximum.
    static final class Exceeded extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        private final boolean code;
        private final long needed;

        private Exceeded(boolean code, long needed) {
            super("the case needs %d bytes for its %s, a guest has at most %d".formatted(needed, code ? "code" : "objects", code
                    ? MAX.code
                    : MAX.objects));
            this.code = code;
            this.needed = needed;
        }
    }

    void requireCode(long needed) {
        if (needed > code) {
            throw new Exceeded(true, needed);
        }
    }

    void requireObjects(long needed) {
        if (needed > objects) {
            throw new Exceeded(false, needed);
        }
    }

    /// Capacity for the missing size, rounded up to a power of two; rethrows `exceeded` above the maximum.
    Capacity grownFor(Exceeded exceeded) {
        if (exceeded.needed > (exceeded.code ? MAX.code : MAX.objects)) {
            throw exceeded;
        }
        long room = Long.highestOneBit(exceeded.needed - 1) << 1;
        return exceeded.code ? new Capacity(room, objects) : new Capacity(code, room);
    }
}
