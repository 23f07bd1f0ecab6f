package dev.tailbound.run.interp;

import dev.tailbound.run.Engine;
import dev.tailbound.verify.VerifiedCase;

/// An engine that defines what the others must report, and which parts of a run they need not reproduce.
public interface ReferenceEngine extends Engine {

    /// The parts of the outcome of [#run] that other engines must reproduce.
    Comparability comparability(VerifiedCase verified);

    /// The outcomes that a case with program array updates may have; their runs execute at most `limit` instructions in total.
    EventOutcomes eventOutcomes(VerifiedCase verified, long limit);
}
