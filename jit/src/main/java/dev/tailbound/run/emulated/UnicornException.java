package dev.tailbound.run.emulated;

import java.io.Serial;

/// A call of libunicorn failed that should not: which, and why in the library's words.
public final class UnicornException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnicornException(String function, int error, String reason) {
        super("%s: error %d, %s".formatted(function, error, reason));
    }
}
