package dev.tailbound.run.emulated;

import java.io.Serial;

/// Unexpected failure of a libunicorn call, with the function and the library's error text.
public final class UnicornException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnicornException(String function, int error, String reason) {
        super("%s: error %d, %s".formatted(function, error, reason));
    }
}
