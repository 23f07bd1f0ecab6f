package dev.tailbound.cli;

/// What the process tells its caller.
final class ExitCode {
    /// No finding; runs that cannot be compared are none.
    static final int AGREE = 0;
    static final int FINDING = 1;
    static final int BAD_INPUT = 2;
    static final int MISSING = 3;
    /// As sysexits.h has it.
    static final int FAILED = 70;

    private ExitCode() {}
}
