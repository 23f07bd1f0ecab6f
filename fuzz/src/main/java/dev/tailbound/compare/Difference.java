package dev.tailbound.compare;

import dev.tailbound.lockstep.Lockstep;
import dev.tailbound.run.Outcome.Where;

/// The first observable in which an engine differs from the reference.
///
/// @param what  the part of the observable, such as `counter[0]` or `r0`
/// @param where the first wrong instruction of the engine's run: the one at which it ended if it did not return, else the one that [Lockstep] finds
public record Difference(String engine, String reference, Observable observable, String what, String expected, String found,
        Where where) {

    Difference at(Where where) {
        return new Difference(engine, reference, observable, what, expected, found, where);
    }

    /// `x86-64 disagrees with oracle: r0 expected 0x80000000, found 0xffffffff80000000`
    public String describe() {
        return "%s disagrees with %s: %s expected %s, found %s".formatted(engine, reference, what, expected, found);
    }
}
