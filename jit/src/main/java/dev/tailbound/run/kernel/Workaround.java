package dev.tailbound.run.kernel;

/// Instructions that keep a known bug of kernels from showing, and leave everything else as it is: where they help, the bug it was.
public enum Workaround {
    /// What a subprogram with tail calls returns goes through a map, so that the verifier knows nothing of it.
    OPAQUE_RESULTS,
    /// Errors of map operations are extended to 64 bits.
    WIDE_ERRORS
}
