package dev.tailbound.verify;

/// Thrown inside the verifier when it rejects a program; [Verifier] converts it to a [Verdict.Rejected].
final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Stands for the instruction being verified.
    static final int HERE = -2;

    private final int insn;

    Rejection(String reason, Object... args) {
        this(HERE, reason, args);
    }

    // The annotation that Error Prone wants would be the project's only use of its library.
    @SuppressWarnings("AnnotateFormatMethod")
    Rejection(int insn, String reason, Object... args) {
        super(args.length == 0 ? reason : reason.formatted(args), null, false, false);
        this.insn = insn;
    }

    int insn() {
        return insn;
    }

    /// The same with [#HERE] replaced by `at`.
    Rejection located(int at) {
        return insn == HERE ? new Rejection(at, getMessage()) : this;
    }

    /// The same with its index, if it has one, moved by so many instructions.
    Rejection moved(int by) {
        return insn < 0 ? this : new Rejection(insn + by, getMessage());
    }
}
