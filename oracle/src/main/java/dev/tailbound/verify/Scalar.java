package dev.tailbound.verify;

import java.util.ArrayDeque;

/// A number on one path: its range, and whether some decision rested on that range.
///
/// Copies share the object, so that what a branch says about one copy holds for all. Most numbers of a program never matter to the verifier; two
/// states that differ only in those are alike. Which ones matter is found out on the way: where a range decides a branch or bounds an access,
/// [#markPrecise()] marks the number and, through its origins, every number it was computed from. The marks show in the states that were kept for
/// comparison, because these hold the same objects.
public final class Scalar implements AbstractValue {
    private final ScalarRange range;
    private Scalar origin;
    private Scalar otherOrigin;
    private boolean demanded;

    Scalar(ScalarRange range) {
        this.range = range;
    }

    Scalar(ScalarRange range, Scalar origin, Scalar otherOrigin) {
        this.range = range;
        this.origin = origin;
        this.otherOrigin = otherOrigin;
    }

    static Scalar constant(long value) {
        return new Scalar(ScalarRange.constant(value));
    }

    /// A number nothing is known about.
    static Scalar unknown() {
        return new Scalar(ScalarRange.UNKNOWN);
    }

    public ScalarRange range() {
        return range;
    }

    boolean isDemanded() {
        return demanded;
    }

    /// Marks this number and all it came from. An explicit stack, because the chain is as long as the path.
    void markPrecise() {
        if (demanded) {
            return;
        }
        var open = new ArrayDeque<Scalar>(4);
        for (var next = this; next != null; next = open.poll()) {
            while (next != null && !next.demanded) {
                next.demanded = true;
                if (next.otherOrigin != null) {
                    open.push(next.otherOrigin);
                }
                var origin = next.origin;
                // Marked for good: the past need not be kept.
                next.origin = null;
                next.otherOrigin = null;
                next = origin;
            }
        }
    }

    @Override
    public String toString() {
        return range.toString();
    }
}
