package dev.tailbound.cases;

import java.util.Locale;

/// Attaches a program to a function of another program: `fentry watch: entry` or `fexit watch: entry subprog_tail`.
///
/// The attached program runs when the function is called, not when a tail call enters it.
///
/// @param program  the attached program
/// @param target   the program that contains the function
/// @param function label of a subprogram of `target`; empty for its main function
public record Attachment(Kind kind, String program, String target, String function) {

    /// When an attached program runs, and its context in R1: an array of eight-byte words.
    public enum Kind {
        /// Before the function, with its five arguments.
        FENTRY,
        /// Before the function too, with the arguments and a 0. A non-zero result replaces that of the function, which is then skipped.
        FMOD_RET,
        /// After the function, with the arguments and the result.
        FEXIT,
        /// In place of the function, with its arguments in R1..R5 instead of an array.
        FREPLACE;

        /// The name in case files: `fentry`, `fmod_ret`, `fexit` or `freplace`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// It runs around a function without replacing it.
        public boolean isTracing() {
            return this != FREPLACE;
        }

        /// Its context array ends with the result.
        public boolean seesResult() {
            return this == FMOD_RET || this == FEXIT;
        }
    }

    /// Number of arguments of every function: all that registers can pass.
    public static final int ARGUMENTS = 5;

    /// Whether it is attached to the main function of `target`.
    public boolean isToMain() {
        return function.isEmpty();
    }

    /// The function's name in case files: `entry` or `entry subprog_tail`.
    public String site() {
        return isToMain() ? target : target + " " + function;
    }
}
