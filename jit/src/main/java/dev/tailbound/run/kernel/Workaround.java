package dev.tailbound.run.kernel;

/// Extra or other instructions that avoid a known kernel bug and change nothing else. If a finding disappears with them, it was that bug.
public enum Workaround {
    /// Passes the results of subprograms with tail calls through a map, so that the verifier knows nothing about them.
    OPAQUE_RESULTS,
    /// Sign-extends error codes of map operations to 64 bits.
    WIDE_ERRORS,
    /// Zero-extends the results of 32-bit operations with 64-bit shifts, on all paths.
    ZERO_EXTENSIONS,
    /// Stores beyond offsets -2048..2047 through an adjusted pointer.
    NEAR_STORES,
    /// Sign-extends loads of 32 bits at offsets that are no multiple of 4 by shifts.
    SHIFTED_LOADS,
    /// Cuts the index of a tail call to 32 bits.
    NARROW_INDICES,
    /// Gives every program without subprograms the deepest stack, so that no target of a tail call has a larger one than its caller.
    DEEP_STACKS
}
