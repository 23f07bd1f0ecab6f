package dev.tailbound.campaign.check;

/// Why minimizing a finding ended.
public enum MinimizationResult {
    SMALLEST("Minimal: nothing smaller that was tried shows the same."),
    /// Before anything smaller was tried.
    GONE("Not minimal: the case did not show this when it was tried again."),
    OUT_OF_TIME("Not minimal: the campaign ended while the case was made smaller."),
    /// Each try that ends a process, or has to be waited for and killed, costs much.
    OUT_OF_DEATHS("Not minimal: as many processes have died of smaller cases as one campaign spends on a finding.");

    private final String meaning;

    MinimizationResult(String meaning) {
        this.meaning = meaning;
    }

    /// One sentence for reports.
    public String meaning() {
        return meaning;
    }
}
