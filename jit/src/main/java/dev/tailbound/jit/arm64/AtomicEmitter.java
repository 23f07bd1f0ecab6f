package dev.tailbound.jit.arm64;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Width;

/// Selects instructions for read-modify-write operations on memory.
///
/// `at` holds the address. The verifier ensures that it is `src` or R0 only in operations that do not write that register. Fetching forms are full
/// barriers, all others are unordered, as for Linux's atomics.
public interface AtomicEmitter {
    void emit(AtomicOp op, Width w, Register src, Register at);
}
