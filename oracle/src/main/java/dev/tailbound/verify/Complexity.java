package dev.tailbound.verify;

/// Counts the instructions processed on all paths of a program and of the case, and enforces the limits.
final class Complexity {
    /// `BPF_COMPLEXITY_LIMIT_INSNS`.
    private static final int OF_PROGRAM = 1_000_000;
    /// Kernels have no such limit. It bounds the time for cases with many programs.
    static final int OF_CASE = 8 * OF_PROGRAM;

    private int ofProgram;
    private int ofCase;

    /// Starts a program, or the prologue or epilogue generated for one.
    void begin() {
        ofProgram = 0;
    }

    /// Counts an instruction; throws a [Rejection] beyond a limit.
    void step() {
        if (++ofProgram > OF_PROGRAM) {
            throw new Rejection("BPF program is too large. Processed more than %d insn: too complex", OF_PROGRAM);
        }
        if (++ofCase > OF_CASE) {
            throw new Rejection("the programs of the case are too large together. Processed more than %d insn: too complex",
                    OF_CASE);
        }
    }
}
