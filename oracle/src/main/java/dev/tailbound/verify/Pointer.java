package dev.tailbound.verify;

/// A pointer into a region: a fixed offset and a variable one.
///
/// `nullId` is 0 for a non-null pointer. Otherwise the pointer may be null, and all its copies have the same id, so that a null check of one resolves
/// them all.
public record Pointer(PointerTarget region, int offset, ScalarRange variable, int nullId) implements AbstractValue {

    static Pointer to(PointerTarget region) {
        return new Pointer(region, 0, ScalarRange.ZERO, 0);
    }

    Pointer plus(int bytes) {
        return new Pointer(region, offset + bytes, variable, nullId);
    }

    Pointer nonNull() {
        return new Pointer(region, offset, variable, 0);
    }

    public boolean mayBeNull() {
        return nullId != 0;
    }

    boolean isFixed() {
        return variable.isZero();
    }

    /// The pointer has no offset, as when the program received it.
    boolean isUnmodified() {
        return offset == 0 && isFixed();
    }

    @Override
    public String toString() {
        return typeName() + (offset == 0 ? "" : "%+d".formatted(offset)) + (isFixed() ? "" : " + " + variable);
    }
}
