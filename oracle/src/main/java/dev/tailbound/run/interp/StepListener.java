package dev.tailbound.run.interp;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;

/// Observes a run instruction by instruction, to compare it with another engine's.
@FunctionalInterface
public interface StepListener {

    /// Called before instruction `insn`, which has index `at` in the case's program `program`, with the registers that it sees.
    default void stepping(int program, int at, Insn insn, Registers registers) {}

    /// Called after instruction `insn` of the case's program `program`, with the registers that the next instruction sees.
    void stepped(int program, int insn, Registers registers);

    /// Registers of the current frame; valid only during the call.
    interface Registers {
        boolean isDefined(Reg reg);

        /// The value of a register that [#isDefined(Reg)].
        long read(Reg reg);
    }
}
