package dev.tailbound.jit.disasm;

/// A loaded shared library: `Unicorn 2.0.1 (/usr/lib/x86_64-linux-gnu/libunicorn.so.2)`.
///
/// @param path where the dynamic linker found it
public record LoadedLibrary(String name, String version, String path) {

    /// `Unicorn 2.0.1`
    public String title() {
        return name + " " + version;
    }

    @Override
    public String toString() {
        return "%s (%s)".formatted(title(), path);
    }
}
