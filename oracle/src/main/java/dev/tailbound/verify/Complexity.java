package dev.tailbound.verify;

/// How many instructions the verifier has followed on all paths of one program, and of all programs of the case.
final class Complexity {
    /// `BPF_COMPLEXITY_LIMIT_INSNS`.
    private static final int OF_PROGRAM = 1_000_000;
    /// Kernels have no such limit: a case of a thousand programs would take them minutes, and us.
    static final int OF_CASE = 8 * OF_PROGRAM;

    private int ofProgram;
    private int ofCase;

    /// Another program, or what is generated around one.
    void begin() {
        ofProgram = 0;
    }

    /// Another instruction; throws a [Rejection] where that is one too many.
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
