package dev.tailbound.cases;

import java.util.Optional;

/// Whose kernel functions generated code calls, and how: all calls of a prologue are alike, and so are those of an epilogue.
///
/// `-- epilogue module=m calls=immediate`
///
/// @param module the name of the module that brings the program type along; empty where that is the kernel itself
public record Callees(Optional<String> module, Route route) {
    public static final Callees OF_KERNEL = new Callees(Optional.empty(), Route.KFUNC);

    /// How a function is named in a call.
    public enum Route {
        /// As programs do it: by the number of its type, and an offset that the kernel gives the module in the table of the program.
        KFUNC("kfunc"),
        /// As helpers are: by the distance of its code, for which nobody needs types or a place in a table. It must be near.
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
