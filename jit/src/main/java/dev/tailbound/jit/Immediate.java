package dev.tailbound.jit;

import dev.tailbound.isa.Kfunc;
import java.util.Optional;

/// A kernel function of a module, 0 being the kernel itself, that is called as helpers are: by the immediate of the call alone.
///
/// Kernels put the distance of the code there, for helpers as well. Here both stay numbers until code is linked, and these are not those of helpers.
public record Immediate(int kfunc, int module) {
    /// Types of functions have lower numbers, and all of them higher ones than helpers.
    private static final int MODULE_SHIFT = 20;
    private static final int KFUNC_MASK = (1 << MODULE_SHIFT) - 1;

    /// What stands in the call.
    public int number() {
        return module << MODULE_SHIFT | kfunc;
    }

    /// The function that the number in a helper call stands for, if it stands for one.
    public static Optional<Immediate> of(int number) {
        return Kfunc.byId(number & KFUNC_MASK).map(kfunc -> new Immediate(kfunc.id(), number >>> MODULE_SHIFT));
    }
}
