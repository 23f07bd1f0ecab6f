package dev.tailbound.jit;

/// Target architecture of a backend.
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
