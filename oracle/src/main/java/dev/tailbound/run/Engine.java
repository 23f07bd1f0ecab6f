package dev.tailbound.run;

import dev.tailbound.verify.VerifiedCase;
import java.util.OptionalLong;

/// Runs cases: the interpreter, emulated machine code, or a real kernel.
///
/// An engine is created once and runs many cases, one at a time; no state leaks from one case into the next.
public interface Engine extends AutoCloseable {

    /// The name on the command line, such as `x86-64:stack-copy`.
    String name();

    /// Runs the case from its entry program; always terminates because every engine bounds its runs.
    ///
    /// `steps` is the number of BPF instructions that the oracle executed, if it ran. An engine that counts machine instructions derives its bound from
    /// it, so that no verdict depends on speed.
    Run run(VerifiedCase verified, OptionalLong steps);

    /// The outcome alone of a run whose number of steps is not known.
    default Outcome outcome(VerifiedCase verified) {
        return run(verified, OptionalLong.empty()).outcome();
    }

    /// Prepares the engine if needed, which may take long; calls `alive` repeatedly meanwhile.
    default void start(Runnable alive) {}

    @Override
    void close();
}
