package dev.tailbound.forms;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;

/// Whether a program may read its context.
final class ContextUse {
    private static final int CONTEXT = Reg.R1.bit();

    private ContextUse() {}

    /// False only if no path reads R1 before it writes it: code without branches writes R1 first, or no instruction reads R1.
    static boolean mayRead(Program program) {
        for (var insn : program.insns()) {
            if ((insn.reads() & CONTEXT) != 0 || insn instanceof Insn.CallHelper || insn instanceof Insn.CallKfunc) {
                return true;
            }
            if (insn instanceof Insn.Branch) {
                return program.insns().stream().anyMatch(later -> (later.reads() & CONTEXT) != 0);
            }
            if (insn instanceof Insn.Exit || (insn.writes() & CONTEXT) != 0) {
                return false;
            }
        }
        return false;
    }
}
