package dev.tailbound.lockstep;

import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.verify.VerifiedCase;
import java.util.Optional;

/// Runs a case on the oracle and as machine code side by side, up to the first instruction after which they differ.
///
/// ```java
/// Lockstep.locate(verified, engine) // Optional[... w2 = 1 ... r2 expected 0x1, found 0xffffffff00000001 ...]
/// ```
public final class Lockstep {
    private Lockstep() {}

    /// How far oracle and engine went together.
    public sealed interface Result {

        /// To the end of the run, in so many instructions.
        record Together(long steps) implements Result {}

        record Apart(Divergence divergence) implements Result {}

        /// One of them could not be followed to an end.
        record Lost(String reason) implements Result {}
    }

    public static Result run(VerifiedCase verified, EmulatedEngine engine) {
        if (!verified.source().events().isEmpty()) {
            return new Result.Lost("when its events are seen is not fixed");
        }
        var run = new LockstepRun(verified, engine);
        engine.follow(verified, run);
        return run.result();
    }

    /// The first instruction at which the engine goes wrong; empty if it does not, or if lockstep cannot follow the run.
    public static Optional<Divergence> locate(VerifiedCase verified, EmulatedEngine engine) {
        return switch (run(verified, engine)) {
            case Result.Apart(var divergence) -> Optional.of(divergence);
            case Result.Together _,Result.Lost _ -> Optional.empty();
        };
    }
}
