package dev.tailbound.verify;

import dev.tailbound.cases.Case;

/// Result of verifying a case.
public sealed interface Verdict {

    record Accepted(VerifiedCase verified) implements Verdict {}

    /// `insn` is an index in the program's [dev.tailbound.cases.EffectiveProgram], or -1 if the reason concerns the whole program.
    record Rejected(Case source, String program, int insn, String reason) implements Verdict {

        /// Position and reason, in one line: `prog entry insn 7 (slot 9): R2 !read_ok: not initialised on this path`.
        public String message() {
            if (insn < 0) {
                return "prog %s: %s".formatted(program, reason);
            }
            var whole = source.whole(source.programIndex(program));
            var place = whole.isWritten(insn) ? "insn %d (slot %d)".formatted(insn, whole.program().slotOf(insn))
                    : whole.place(insn);
            return "prog %s %s: %s".formatted(program, place, reason);
        }
    }
}
