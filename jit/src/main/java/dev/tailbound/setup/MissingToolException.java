package dev.tailbound.setup;

import java.io.Serial;
import java.util.List;

/// A required program or firmware is missing on this machine. The message says how to get it.
public final class MissingToolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// A missing or unsuitable file that is no program; the message names it and says how to get it.
    public MissingToolException(String message) {
        super(message);
    }

    MissingToolException(Tool tool, Packages packages) {
        super("%s: not found on this machine; %s".formatted(tool.name(), packages.remedy(List.of(tool.name()))));
    }
}
