package dev.tailbound.verify;

import dev.tailbound.cases.Case;

/// Result of verifying a case.
public sealed interface Verdict {

    record Accepted(VerifiedCase verified) implements Verdict {}

    /// `insn` is an index in the program's [dev.tailbound.cases.EffectiveProgram], or -1 if the reason concerns the whole program.
    record Rejected(Case source, String program, int insn, String reason) implements Verdict {

        /// Place and reason, in one line: `program entry insn 9 (r0 = r2): R2 !read_ok: not initialised on this path`.
        public String message() {
            return "program %s: %s".formatted(insn < 0 ? program : source.place(source.programIndex(program), insn), reason);
        }
    }
}
