package dev.tailbound.lockstep;

import dev.tailbound.run.emulated.SteppedEngine;
import dev.tailbound.verify.VerifiedCase;
import java.util.Optional;

/// Runs a case on the oracle and on an engine in lockstep, up to the first instruction after which they differ.
///
/// ```java
/// Lockstep.locate(verified, engine) // Optional[... w2 = 1 ... r2 expected 0x1, found 0xffffffff00000001 ...]
/// ```
public final class Lockstep {
    private Lockstep() {}

    /// How far oracle and engine agree.
    public sealed interface Result {

        /// To the end of the run, after `steps` instructions.
        record Together(long steps) implements Result {}

        record Apart(Divergence divergence) implements Result {}

        /// One of the runs could not be followed to its end.
        record Lost(String reason) implements Result {}
    }

    public static Result run(VerifiedCase verified, SteppedEngine engine) {
        if (!verified.source().events().isEmpty()) {
            return new Result.Lost("the time of its events is not fixed");
        }
        var run = new LockstepRun(verified, engine);
        engine.follow(verified, run);
        return run.result();
    }

    /// The first wrong instruction of the engine; empty if there is none, or if lockstep cannot follow the run.
    public static Optional<Divergence> locate(VerifiedCase verified, SteppedEngine engine) {
        return switch (run(verified, engine)) {
            case Result.Apart(var divergence) -> Optional.of(divergence);
            case Result.Together _,Result.Lost _ -> Optional.empty();
        };
    }
}
