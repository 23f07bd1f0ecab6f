package dev.tailbound.verify;

/// A register that was not written on this path and must not be read.
public enum Uninit implements AbstractValue {
    UNINIT
}
