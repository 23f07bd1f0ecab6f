package dev.tailbound.run.processor;

import java.io.Serial;

/// The process that executes instructions cannot start.
public final class UnusableProcessorException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnusableProcessorException(String message) {
        super(message);
    }
}
