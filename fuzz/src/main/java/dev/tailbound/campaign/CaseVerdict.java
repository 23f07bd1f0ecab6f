package dev.tailbound.campaign;

import java.util.Locale;

/// What became of a case, as campaigns count it.
public enum CaseVerdict {
    /// All engines observed the same.
    AGREE,
    /// Some engine differs.
    DIVERGE,
    /// The runs cannot be held against each other.
    INCONCLUSIVE,
    /// A divergence that a [KnownIssue] explains.
    KNOWN,
    /// Our verifier refused what our generator made.
    REJECTED,
    /// Tailbound itself failed: an exception left the generator, the verifier or an engine.
    THREW,
    /// The worker process died.
    CRASH,
    /// The worker process stood still, and was killed.
    HANG;

    /// The word in summaries, in the journal and in front of the signature of a finding that is no divergence.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The verdict that a finding's signature stands for; the signatures of divergences begin with the name of an engine.
    public static CaseVerdict ofSignature(String signature) {
        var first = signature.split("\\.", 2)[0];
        for (var verdict : values()) {
            if (verdict.word().equals(first)) {
                return verdict;
            }
        }
        return DIVERGE;
    }
}
