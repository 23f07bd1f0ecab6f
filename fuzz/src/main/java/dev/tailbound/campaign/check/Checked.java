package dev.tailbound.campaign.check;

import dev.tailbound.compare.Differential;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;

/// What checking a case came to.
public sealed interface Checked {

    /// The verifier accepted the case, and the engines ran it.
    record Compared(VerifiedCase verified, Differential.Result result) implements Checked {}

    /// The verifier refused the case, which shows a defect of the generator or of the verifier: generated cases are valid by construction.
    record Refused(Verdict.Rejected rejection) implements Checked {}
}
