package dev.tailbound.cli;

/// Exit codes of the process.
final class ExitCode {
    /// No finding; `inconclusive` is not a finding.
    static final int AGREE = 0;
    static final int FINDING = 1;
    static final int BAD_INPUT = 2;
    static final int MISSING = 3;
    /// EX_SOFTWARE of sysexits.h.
    static final int FAILED = 70;

    private ExitCode() {}
}
