package dev.tailbound.cases;

import java.util.Locale;

/// A program that runs where a function of another program does: `fentry watch: entry` or `fexit watch: entry subprog_tail`.
///
/// The function is meant by its calls: a tail call to a program goes past what is attached to it.
///
/// @param program  the program that is attached
/// @param target   the program whose function it is attached to
/// @param function label of a subprogram of `target`; empty for its main function
public record Attachment(Kind kind, String program, String target, String function) {

    /// When an attached program runs, and what it is given in R1: an array of eight-byte words.
    public enum Kind {
        /// Before the function, with its five arguments.
        FENTRY,
        /// Before the function too, with the arguments and a 0; a result that is not 0 stands for the function, which does not run then.
        FMOD_RET,
        /// After the function, with the arguments and the result.
        FEXIT,
        /// In place of the function, with its arguments as they are: not in an array.
        FREPLACE;

        /// The name in case files: `fentry`, `fmod_ret`, `fexit` or `freplace`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// It runs around a function, which does not notice.
        public boolean isTracing() {
            return this != FREPLACE;
        }

        /// What it is given ends with a result.
        public boolean seesResult() {
            return this == FMOD_RET || this == FEXIT;
        }
    }

    /// How many arguments a function is taken to have: those that registers can pass.
    public static final int ARGUMENTS = 5;

    /// Whether it is attached to the main function of `target`.
    public boolean isToMain() {
        return function.isEmpty();
    }

    /// As case files name the function: `entry` or `entry subprog_tail`.
    public String site() {
        return isToMain() ? target : target + " " + function;
    }
}
