package dev.tailbound.cases;

/// An update of a program array by another CPU while the case runs.
///
/// Events happen in the order of the case. From `place` on, a tail call may see the old or the new slot; once it has seen the new one, it never sees
/// the old one again. An update at [Place.ByHelper] has returned before the helper call returns, so that every tail call after it sees the new slot.
///
/// @param map     index of the program array in the case
/// @param program the new program of the slot; empty to clear it
public record Event(Place place, int map, int key, String program) {

    /// Earliest time of an update.
    public sealed interface Place {

        /// During this helper call of the run, counted from 1; tail calls do not count.
        record InHelper(int number) implements Place {}

        /// During this helper call of the run, which returns only after the update has returned.
        ///
        /// The update cannot clear a slot, nor follow one that does, since that waits until the run has ended (`synchronize_rcu`). It cannot follow one
        /// before an instruction either, which a run may never reach.
        record ByHelper(int number) implements Place {}

        /// Before this instruction of a program runs.
        record Before(String program, int insn) implements Place {}
    }
}
