package dev.tailbound.jit.disasm;

import java.io.Serial;

/// A shared library of this machine cannot be used. The message is one line: the library, what is wrong with it, and the remedy.
public class UnusableLibraryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public UnusableLibraryException(String message) {
        super(message);
    }
}
