package dev.tailbound.cli;

/// What the process tells its caller.
final class ExitCode {
    static final int AGREE = 0;
    static final int FINDING = 1;
    static final int BAD_INPUT = 2;
    static final int MISSING = 3;

    private ExitCode() {}
}
