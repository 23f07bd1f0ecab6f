package dev.tailbound.cli;

import dev.tailbound.files.IoErrors;
import java.io.IOException;
import java.nio.file.Path;

/// Output that could not be written: the input was valid, but the place for the output is not.
final class UnwritableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnwritableException(Path place, IOException trouble) {
        this(place, "cannot be written", trouble);
    }

    UnwritableException(Path place, String what, IOException trouble) {
        super("%s: %s: %s".formatted(place, what, IoErrors.reason(trouble)), trouble);
    }
}
