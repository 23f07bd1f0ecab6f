package dev.tailbound.jit;

/// A branch would have to reach farther than it can. Kernels refuse such a program too, so that says nothing of a backend.
public final class OutOfReach extends UnsupportedOperationException {
    private static final long serialVersionUID = 1L;

    public OutOfReach(String message) {
        super(message);
    }
}
