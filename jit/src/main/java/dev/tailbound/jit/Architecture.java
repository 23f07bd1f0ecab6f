package dev.tailbound.jit;

/// An architecture that a backend writes code for.
public enum Architecture {
    X86_64("x86-64"), ARM64("arm64");

    private final String word;

    Architecture(String word) {
        this.word = word;
    }

    /// The name on the command line.
    public String word() {
        return word;
    }
}
