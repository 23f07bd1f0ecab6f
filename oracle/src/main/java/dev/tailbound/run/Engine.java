package dev.tailbound.run;

import dev.tailbound.verify.VerifiedCase;
import java.util.List;

/// Something that runs cases: the interpreter, emulated machine code, a real kernel.
///
/// An engine is created once and runs many cases, one at a time; no state leaks from one case into the next.
public interface Engine extends AutoCloseable {

    /// The name on the command line, such as `x86-64:stack-copy`.
    String name();

    /// Runs the case from its entry program, always to an end: every engine bounds its runs.
    Outcome run(VerifiedCase verified);

    /// For each tail call of the last run, in order, the position of the program that it went to, negative where it fell through; empty where the engine
    /// cannot tell.
    default List<Integer> route() {
        return List.of();
    }

    /// Gets ready, where that takes a while and has not been done; `alive` is called now and then.
    default void start(Runnable alive) {}

    @Override
    void close();
}
