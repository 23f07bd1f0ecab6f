package dev.tailbound.jit;

/// A backend's code to attach programs to functions.
public interface Trampolines {

    /// The code of a trampoline for the address `base`.
    byte[] trampoline(Trampoline trampoline, long base);

    /// Offset of the end of the patch site in a function's entry, which [#branch] overwrites; the function continues there.
    int entryEnd();

    /// Branch in a function's entry from `from` to other code; `links` if that code may return.
    byte[] branch(long from, long to, boolean links);
}
