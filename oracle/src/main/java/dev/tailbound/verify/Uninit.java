package dev.tailbound.verify;

/// Not written on this path: must not be read.
public enum Uninit implements AbstractValue {
    UNINIT
}
