package dev.tailbound.forms.elf;

/// A function of an object: an entry program, or a subprogram.
///
/// @param name    its symbol's
/// @param section where it is
/// @param offset  of its first byte in the section
/// @param isGlobal it is not `static`
public record Function(String name, String section, long offset, int length, boolean isGlobal) {
    /// The section of subprograms in libbpf.
    static final String TEXT = ".text";

    int slots() {
        return length / Long.BYTES;
    }
}
