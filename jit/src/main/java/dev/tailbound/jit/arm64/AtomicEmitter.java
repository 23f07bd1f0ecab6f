package dev.tailbound.jit.arm64;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Width;

/// Selects instructions for read-modify-write operations on memory.
///
/// `at` holds the address; it is `src` or R0 only in operations that do not write that register, which the verifier sees to. Fetching forms are
/// ordered as full barriers, the others not at all: what BPF takes over from Linux's atomics.
public interface AtomicEmitter {
    void emit(AtomicOp op, Width w, Register src, Register at);
}
