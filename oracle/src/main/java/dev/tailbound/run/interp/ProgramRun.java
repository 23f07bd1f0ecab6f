package dev.tailbound.run.interp;

/// A run of a program that was started by the case, a trampoline or a replaced function. Its functions and tail call targets share one context and
/// one budget.
final class ProgramRun {
    final long context;
    int tailCalls;

    ProgramRun(long context) {
        this.context = context;
    }
}
