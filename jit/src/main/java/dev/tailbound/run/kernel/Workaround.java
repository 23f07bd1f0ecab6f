package dev.tailbound.run.kernel;

/// Extra instructions that avoid a known kernel bug and change nothing else. If a finding disappears with them, it was that bug.
public enum Workaround {
    /// Passes the results of subprograms with tail calls through a map, so that the verifier knows nothing about them.
    OPAQUE_RESULTS,
    /// Sign-extends error codes of map operations to 64 bits.
    WIDE_ERRORS
}
