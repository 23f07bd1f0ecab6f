package dev.tailbound.jit;

/// How a backend's functions are changed where programs are attached to them.
public interface Trampolines {

    /// The code of a trampoline for the address `base`.
    byte[] trampoline(Trampoline trampoline, long base);

    /// Offset of the end of the patch site in a function's entry, which [#branch] overwrites; the function continues there.
    int entryEnd();

    /// What goes in a function's entry to other code, at `from`; `links` where that may come back.
    byte[] branch(long from, long to, boolean links);
}
