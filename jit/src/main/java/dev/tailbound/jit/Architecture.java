package dev.tailbound.jit;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Target architecture of a backend.
@SuppressWarnings("ImmutableEnumChecker") // lists made by List.of
public enum Architecture {
    X86_64("x86-64", "x86_64", "amd64"), ARM64("arm64", "aarch64");

    private final String word;
    private final List<String> otherNames;

    Architecture(String word, String... otherNames) {
        this.word = word;
        this.otherNames = List.of(otherNames);
    }

    /// The architecture with this name, its own or another usual one.
    public static Optional<Architecture> named(String name) {
        return Stream.of(values()).filter(each -> each.word.equals(name) || each.otherNames.contains(name)).findFirst();
    }

    /// The name on the command line.
    public String word() {
        return word;
    }
}
