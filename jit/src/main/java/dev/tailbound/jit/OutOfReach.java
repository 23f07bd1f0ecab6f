package dev.tailbound.jit;

/// A branch target is out of range. Kernels reject such programs too, so this is not a fault of the backend.
public final class OutOfReach extends UnsupportedOperationException {
    private static final long serialVersionUID = 1L;

    public OutOfReach(String message) {
        super(message);
    }
}
