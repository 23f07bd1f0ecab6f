package dev.tailbound.run.emulated;

import dev.tailbound.run.Outcome.Trap;

/// The guest did something that would crash its kernel, detected in a helper.
final class GuestFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Trap kind;

    GuestFault(Trap kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
    }

    Trap kind() {
        return kind;
    }
}
