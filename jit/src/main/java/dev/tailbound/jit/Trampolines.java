package dev.tailbound.jit;

/// How a backend's functions are changed where programs are attached to them.
public interface Trampolines {

    /// The code of a trampoline for the address `base`.
    byte[] trampoline(Trampoline trampoline, long base);

    /// Where the place in a function's entry ends that [#branch] can be put into: behind it the function goes on.
    int entryEnd();

    /// What goes in a function's entry to other code, at `from`; `links` where that may come back.
    byte[] branch(long from, long to, boolean links);
}
