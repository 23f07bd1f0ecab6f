package dev.tailbound.run.interp;

/// A run of a program that something else than a BPF call or a tail call has started: its functions, and the targets of its tail calls, have one context
/// and one budget.
final class ProgramRun {
    final long context;
    int tailCalls;

    ProgramRun(long context) {
        this.context = context;
    }
}
