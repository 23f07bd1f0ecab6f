package dev.tailbound.verify;

import dev.tailbound.cases.Case;
import java.util.List;

/// A case that the verifier accepted, with what it found out about each program, in the case's order.
public record VerifiedCase(Case source, List<ProgramFacts> facts) {
    public VerifiedCase {
        facts = List.copyOf(facts);
    }
}
