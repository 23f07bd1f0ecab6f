package dev.tailbound.cases;

/// An update of a program array by another CPU while the case runs.
///
/// Events happen in the order of the case. From `place` on, a tail call may see the old or the new slot; once it has seen the new one, it never sees
/// the old one again.
///
/// @param map     index of the program array in the case
/// @param program the new program of the slot; empty to clear it
public record Event(Place place, int map, int key, String program) {

    /// Earliest time of an update.
    public sealed interface Place {

        /// During this helper call of the run, counted from 1; tail calls do not count.
        record InHelper(int number) implements Place {}

        /// Before this instruction of a program runs.
        record Before(String program, int insn) implements Place {}
    }
}
