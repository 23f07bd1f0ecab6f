package dev.tailbound.setup;

import java.io.Serial;
import java.util.List;

/// A required program is missing on this machine. The message says how to get it.
public final class MissingToolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    MissingToolException(Tool tool, Packages packages) {
        super("%s: not found on this machine; %s".formatted(tool.name(), packages.remedy(List.of(tool.name()))));
    }
}
