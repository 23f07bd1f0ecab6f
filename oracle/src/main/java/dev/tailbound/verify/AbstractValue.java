package dev.tailbound.verify;

/// Abstract value of a register or of a spilled stack slot on one path.
public sealed interface AbstractValue permits Uninit, Scalar, Pointer {

    /// The kernel's name of the type, as in its messages: `scalar`, `fp`, `map_value_or_null`.
    default String typeName() {
        return switch (this) {
            case Uninit _ -> "?";
            case Scalar _ -> "scalar";
            case Pointer pointer -> pointer.region().typeName() + (pointer.mayBeNull() ? "_or_null" : "");
        };
    }
}
