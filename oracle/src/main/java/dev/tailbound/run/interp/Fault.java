package dev.tailbound.run.interp;

import dev.tailbound.run.Outcome.Trap;

/// Ends a run at the current instruction; [Interpreter] converts it to an outcome.
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Trap kind;

    Fault(Trap kind, String detail) {
        // No stack trace: minimizing a case throws thousands, and none is printed.
        super(detail, null, false, false);
        this.kind = kind;
    }

    Trap kind() {
        return kind;
    }
}
