package dev.tailbound.campaign.check;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What became of a case, as campaigns count it.
public enum CaseVerdict {
    AGREE("All engines observed the same."),
    DIVERGE("Engines disagree on what a case does."),
    INCONCLUSIVE("The runs cannot be held against each other."),
    /// See [KnownIssue].
    KNOWN("Engines disagree, as a known issue explains."),
    REJECTED("The verifier refuses a case that the generator made, though generated cases are valid by construction."),
    /// An exception left the generator, the verifier or an engine.
    THREW("Tailbound itself failed on a case."),
    CRASH("The process that ran a case died."),
    /// It was killed then.
    HANG("The process that ran a case stood still.");

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

    /// The verdict that a finding's signature stands for; the signatures of divergences begin with the name of an engine.
    public static CaseVerdict ofSignature(String signature) {
        return ofWord(signature.split("\\.", 2)[0]).orElse(DIVERGE);
    }

    static Optional<CaseVerdict> ofWord(String word) {
        return Stream.of(values()).filter(verdict -> verdict.word().equals(word)).findFirst();
    }
}
