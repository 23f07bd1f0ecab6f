package dev.tailbound.cases;

import java.util.Optional;

/// The module whose kfuncs a prologue or an epilogue calls, and the form of these calls; the same for all its calls.
///
/// `-- epilogue module=m calls=immediate`
///
/// @param module the name of the module that defines the program type; empty for the kernel itself
public record Callees(Optional<String> module, Route route) {
    public static final Callees OF_KERNEL = new Callees(Optional.empty(), Route.KFUNC);

    /// How a call names its function.
    public enum Route {
        /// As in programs: by BTF id, and by the offset that the kernel assigns to the module in the program's table.
        KFUNC("kfunc"),
        /// As for helpers: by the distance to its code. Needs no BTF and no table entry, but the code must be near.
        IMMEDIATE("immediate");

        private final String word;

        Route(String word) {
            this.word = word;
        }

        /// The name in case files.
        public String word() {
            return word;
        }
    }
}
