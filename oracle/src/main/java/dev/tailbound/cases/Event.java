package dev.tailbound.cases;

/// An update of a program array by another CPU while the case runs.
///
/// Events happen in the order of the case. When a tail call sees one is up to the engine, at any time from `place` on: the old slot or the new one,
/// and once the new one, always.
///
/// @param map     position of the program array in the case
/// @param program what is put into the slot; empty where it is cleared
public record Event(Place place, int map, int key, String program) {

    /// When an update begins at the earliest.
    public sealed interface Place {

        /// During this helper call of the run, counted from 1; tail calls do not count.
        record InHelper(int number) implements Place {}

        /// When this instruction of a program is about to run.
        record Before(String program, int insn) implements Place {}
    }
}
