package dev.tailbound.verify;

/// A pointer into a region: a fixed offset and a variable one.
///
/// `nullId` is 0 for a pointer that is not null. Otherwise the pointer may be null, and all copies of it carry the same number, so that a test of
/// one decides them all.
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

    /// The very pointer that the region was handed out with.
    boolean isUnmodified() {
        return offset == 0 && isFixed();
    }

    @Override
    public String toString() {
        return typeName() + (offset == 0 ? "" : "%+d".formatted(offset)) + (isFixed() ? "" : " + " + variable);
    }
}
