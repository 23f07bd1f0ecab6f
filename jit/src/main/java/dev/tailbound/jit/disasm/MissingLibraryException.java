package dev.tailbound.jit.disasm;

import java.io.Serial;
import java.util.List;

/// The dynamic linker cannot load a shared library.
public final class MissingLibraryException extends UnusableLibraryException {
    @Serial
    private static final long serialVersionUID = 1L;

    /// @param reasons the dynamic linker's message for each name that was tried
    /// @param remedy  how to install it
    MissingLibraryException(List<String> reasons, String remedy) {
        super("%s; %s".formatted(String.join("; ", reasons), remedy));
    }
}
