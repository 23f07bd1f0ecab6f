package dev.tailbound.verify;

import dev.tailbound.cases.Case;

/// The verifier's answer for a case.
public sealed interface Verdict {

    record Accepted(VerifiedCase verified) implements Verdict {}

    /// `insn` is an index into the program's instructions, or -1 where the reason concerns the whole program.
    record Rejected(Case source, String program, int insn, String reason) implements Verdict {}
}
