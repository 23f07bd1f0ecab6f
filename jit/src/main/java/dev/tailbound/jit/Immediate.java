package dev.tailbound.jit;

import dev.tailbound.isa.Kfunc;
import java.util.Optional;

/// A kfunc that is called like a helper: only by the immediate of the call. Module 0 is the kernel itself.
///
/// Kernels store the distance to the code there, for helpers as well. Here both remain numbers until linking, in disjoint ranges.
public record Immediate(int kfunc, int module) {
    /// BTF ids of kfuncs are below `1 << MODULE_SHIFT` and above all helper numbers.
    private static final int MODULE_SHIFT = 20;
    private static final int KFUNC_MASK = (1 << MODULE_SHIFT) - 1;

    /// The immediate of the call.
    public int number() {
        return module << MODULE_SHIFT | kfunc;
    }

    /// The kfunc for the number in a helper call, if it is one.
    public static Optional<Immediate> of(int number) {
        return Kfunc.byId(number & KFUNC_MASK).map(kfunc -> new Immediate(kfunc.id(), number >>> MODULE_SHIFT));
    }
}
