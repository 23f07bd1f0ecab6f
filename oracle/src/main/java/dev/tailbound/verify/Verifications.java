package dev.tailbound.verify;

import dev.tailbound.cases.Case;
import java.nio.ByteOrder;

/// Verifies a sequence of cases; reuses the last facts if a case differs from the last only in its input.
///
/// Verdicts equal those of [Verifier#verify].
public final class Verifications {
    private final ByteOrder order;
    private VerifiedCase last;

    /// Verifications for targets with this byte order.
    public Verifications(ByteOrder order) {
        this.order = order;
    }

    public Verdict verify(Case source) {
        if (last != null && last.holdsFor(source)) {
            return new Verdict.Accepted(last.on(source));
        }
        var verdict = Verifier.verify(source, order);
        last = verdict instanceof Verdict.Accepted(var accepted) ? accepted : null;
        return verdict;
    }
}
