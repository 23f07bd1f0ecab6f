package dev.tailbound.verify;

import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.verify.MemoryAccess.Use;
import dev.tailbound.verify.PointerTarget.Arguments;

/// Accesses of a tracing program to its context, the traced function's arguments: reads of whole words that every caller initialises.
final class ArgumentAccess {
    private ArgumentAccess() {}

    /// Result of the read; `base` is the register's value, `pointer` the same plus the instruction's offset.
    static Scalar load(Arguments arguments, Use use, Size size, Reg reg, AbstractValue base, Pointer pointer,
            ExplorationFacts findings) {
        if (!(base instanceof Pointer start && start.isUnmodified())) {
            throw new Rejection("dereference of modified ctx ptr %s: %s, expected ctx", reg, base);
        }
        int off = pointer.offset();
        int words = arguments.seen();
        if (use != Use.READ || size != Size.DW || off < 0 || off % Size.DW.bytes() != 0 || off / Size.DW.bytes() >= words) {
            throw invalid(off, size, "expected reads of 8 bytes at a multiple of 8 below " + words * Size.DW.bytes());
        }
        switch (arguments.passed().words().get(off / Size.DW.bytes())) {
            case NOTHING -> throw invalid(off, size, "not initialised at every call of the traced function");
            case ADDRESS, CONTEXT -> findings.leakAddress();
            case SCALAR, ANYTHING -> {
                // Does not depend on addresses.
            }
        }
        return Scalar.unknown();
    }

    static Rejection store(Size size, Pointer pointer) {
        return invalid(pointer.offset(), size, "read-only for tracing programs");
    }

    private static Rejection invalid(int off, Size size, String why) {
        return new Rejection("invalid bpf_context access off=%d size=%d: %s", off, size.bytes(), why);
    }
}
