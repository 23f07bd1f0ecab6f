package dev.tailbound.run;

import dev.tailbound.verify.VerifiedCase;
import java.util.List;

/// Runs cases: the interpreter, emulated machine code, or a real kernel.
///
/// An engine is created once and runs many cases, one at a time; no state leaks from one case into the next.
public interface Engine extends AutoCloseable {

    /// The name on the command line, such as `x86-64:stack-copy`.
    String name();

    /// Runs the case from its entry program; always terminates because every engine bounds its runs.
    Outcome run(VerifiedCase verified);

    /// Target program of each tail call of the last run, as indices in order, negative for a fall-through; empty if the engine does not know them.
    default List<Integer> route() {
        return List.of();
    }

    /// Prepares the engine if needed, which may take long; calls `alive` repeatedly meanwhile.
    default void start(Runnable alive) {}

    @Override
    void close();
}
