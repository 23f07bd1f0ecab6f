package dev.tailbound.campaign.check;

/// Why minimizing a finding ended.
public enum MinimizationResult {
    SMALLEST("Minimal: no smaller candidate shows the same."),
    /// The original case no longer showed the finding.
    GONE("Not minimal: the case did not show this when it was run again."),
    OUT_OF_TIME("Not minimal: the campaign ended during minimizing."),
    /// Candidates that end a process, or have to be killed, are expensive.
    OUT_OF_DEATHS("Not minimal: too many processes died at smaller cases.");

    private final String meaning;

    MinimizationResult(String meaning) {
        this.meaning = meaning;
    }

    /// One sentence for reports.
    public String meaning() {
        return meaning;
    }
}
