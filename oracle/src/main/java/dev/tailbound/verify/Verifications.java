package dev.tailbound.verify;

import dev.tailbound.cases.Case;

/// Verifies cases one after the other, and only once the programs of cases that differ in nothing but their input.
///
/// The verdicts are those of [Verifier#verify].
public final class Verifications {
    private VerifiedCase last;

    public Verdict verify(Case source) {
        if (last != null && last.holdsFor(source)) {
            return new Verdict.Accepted(last.on(source));
        }
        var verdict = Verifier.verify(source);
        last = verdict instanceof Verdict.Accepted(var accepted) ? accepted : null;
        return verdict;
    }
}
