package dev.tailbound.run.emulated;

/// The room a guest has for code and for kernel objects, in bytes. Most cases need little; a guest grows with those that need more.
record Capacity(long code, long objects) {
    static final Capacity INITIAL = new Capacity(1L << 20, 1L << 20);

    // What a direct branch of arm64 reaches, with the kernel's text on the other side; and what a machine can be asked for.
    private static final Capacity MAX = new Capacity(64L << 20, 256L << 20);

    /// A case needs more room than there is; the message is that of a case for which no guest has room.
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

    /// Enough for what was missing, the next power of two; throws `exceeded` again where no guest may have that much.
    Capacity grownFor(Exceeded exceeded) {
        if (exceeded.needed > (exceeded.code ? MAX.code : MAX.objects)) {
            throw exceeded;
        }
        long room = Long.highestOneBit(exceeded.needed - 1) << 1;
        return exceeded.code ? new Capacity(room, objects) : new Capacity(code, room);
    }
}
