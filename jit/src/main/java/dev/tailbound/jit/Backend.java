package dev.tailbound.jit;

import java.util.List;

/// A JIT compiler for one architecture, with its options fixed.
public interface Backend {

    /// The name on the command line, such as `x86-64:stack-copy`.
    String name();

    /// Compiles one function for the address `base`.
    ///
    /// The same function compiled again with other addresses of the same reach has the same length. Throws [UnsupportedOperationException]
    /// where the function cannot be compiled (too long for a branch, for example), with the reason.
    MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base);

    /// Code that compiled functions call besides helpers, one entry for each routine; it works at any address.
    default List<byte[]> routines() {
        return List.of();
    }

    /// Where tail calls land in a main function, in bytes behind its start; the same for all programs.
    int tailCallOffset();
}
