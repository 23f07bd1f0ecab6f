package dev.tailbound.run.kernel;

import java.io.Serial;

/// This machine lacks a program; names the Debian package that brings it.
public final class MissingToolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    MissingToolException(Tool tool) {
        super("%s: not found on this machine, install the package %s".formatted(tool.name(), tool.debianPackage()));
    }
}
