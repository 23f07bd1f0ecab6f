package dev.tailbound.campaign.check;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// The verdict on a case, as campaigns count it.
public enum CaseVerdict {
    AGREE("All engines made the same observations."),
    DIVERGE("The engines disagree on a case."),
    INCONCLUSIVE("The runs cannot be compared."),
    /// See [KnownIssue].
    KNOWN("The engines disagree; a known issue explains it."),
    REJECTED("The verifier refuses a generated case, although generated cases are valid by construction."),
    /// The generator, the verifier or an engine threw an exception.
    THREW("Tailbound itself failed on a case."),
    CRASH("The process that ran a case died."),
    /// It was then killed.
    HANG("The process that ran a case made no progress.");

    private final String meaning;

    CaseVerdict(String meaning) {
        this.meaning = meaning;
    }

    /// One sentence for reports.
    public String meaning() {
        return meaning;
    }

    /// The word in summaries, in the journal and before the signature of a finding that is no divergence.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The verdict of a finding's signature; signatures of divergences begin with the name of an engine.
    public static CaseVerdict ofSignature(String signature) {
        return ofWord(signature.split("\\.", 2)[0]).orElse(DIVERGE);
    }

    static Optional<CaseVerdict> ofWord(String word) {
        return Stream.of(values()).filter(verdict -> verdict.word().equals(word)).findFirst();
    }
}
