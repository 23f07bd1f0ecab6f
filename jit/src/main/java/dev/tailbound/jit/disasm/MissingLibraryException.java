package dev.tailbound.jit.disasm;

import java.io.Serial;

/// This machine lacks a shared library; names the Debian package that brings it.
public final class MissingLibraryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String debianPackage;

    MissingLibraryException(String soname, String debianPackage, Throwable cause) {
        super("%s: not found on this machine, install the package %s".formatted(soname, debianPackage), cause);
        this.debianPackage = debianPackage;
    }

    public String debianPackage() {
        return debianPackage;
    }
}
