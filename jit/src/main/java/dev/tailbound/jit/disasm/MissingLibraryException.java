package dev.tailbound.jit.disasm;

import java.io.Serial;
import java.util.List;

/// The dynamic linker cannot load a shared library.
public final class MissingLibraryException extends UnusableLibraryException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param reasons  the dynamic linker's words, for each name that was tried
    /// @param packages the Debian packages, one of which is to be installed
    MissingLibraryException(List<String> reasons, List<String> packages) {
        super("%s; install the package %s".formatted(String.join("; ", reasons), String.join(" or ", packages)));
    }
}
