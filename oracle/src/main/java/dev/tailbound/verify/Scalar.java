package dev.tailbound.verify;

import java.util.ArrayDeque;

/// A number on one path: its range, and whether a verifier decision depended on that range (the kernel's "precise").
///
/// Copies share the object, so that refining one copy refines all. States that differ only in numbers without influence on verification are
/// equivalent. If a range decides a branch or bounds an access, [#markPrecise()] marks the number and, through its origins, every number it was
/// computed from. Kept states refer to the same objects, so they see the marks.
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

    /// A number in the full range.
    static Scalar unknown() {
        return new Scalar(ScalarRange.UNKNOWN);
    }

    public ScalarRange range() {
        return range;
    }

    boolean isDemanded() {
        return demanded;
    }

    /// Marks this number and all its origins. Uses an explicit stack because chains are as long as the path.
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
                // Marks are permanent, so the origins are no longer needed.
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
