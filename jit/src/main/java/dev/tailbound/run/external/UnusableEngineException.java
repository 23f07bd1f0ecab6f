package dev.tailbound.run.external;

import java.io.Serial;

/// An external engine cannot be started, or does not answer `hello` as the protocol requires.
public final class UnusableEngineException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnusableEngineException(ExternalSpec engine, String what) {
        super("engine %s: %s".formatted(engine.label(), what));
    }
}
