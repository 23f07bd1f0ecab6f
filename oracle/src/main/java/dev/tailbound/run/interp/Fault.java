package dev.tailbound.run.interp;

import dev.tailbound.run.Outcome.Trap;

/// Ends a run at the current instruction; [Interpreter] turns it into an outcome.
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Trap kind;

    Fault(Trap kind, String detail) {
        // Found by the thousand while cases are minimized, and never printed: no stack trace.
        super(detail, null, false, false);
        this.kind = kind;
    }

    Trap kind() {
        return kind;
    }
}
