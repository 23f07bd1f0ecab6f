package dev.tailbound.campaign.check;

import dev.tailbound.compare.Differential;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;

/// The result of checking a case.
public sealed interface Checked {

    /// The verifier accepted the case, and the engines ran it.
    record Compared(VerifiedCase verified, Differential.Result result) implements Checked {}

    /// The verifier refused the case: a bug of the generator or of the verifier, since generated cases are valid by construction.
    record Refused(Verdict.Rejected rejection) implements Checked {}
}
