package dev.tailbound.verify;

/// The way out of the verifier's depths for a program it refuses; [Verifier] turns it into a [Verdict.Rejected].
final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The instruction is the one being verified.
    static final int HERE = -2;

    private final int insn;

    Rejection(String reason, Object... args) {
        this(HERE, reason, args);
    }

    // The annotation that Error Prone asks for would be the project's only use of its library.
    @SuppressWarnings("AnnotateFormatMethod")
    Rejection(int insn, String reason, Object... args) {
        super(args.length == 0 ? reason : reason.formatted(args), null, false, false);
        this.insn = insn;
    }

    int insn() {
        return insn;
    }

    /// The same, for certain about the instruction: `at` where that was the one being verified.
    Rejection located(int at) {
        return insn == HERE ? new Rejection(at, getMessage()) : this;
    }

    /// The same, its instruction so many positions later; not where it concerns the whole code.
    Rejection moved(int by) {
        return insn < 0 ? this : new Rejection(insn + by, getMessage());
    }
}
