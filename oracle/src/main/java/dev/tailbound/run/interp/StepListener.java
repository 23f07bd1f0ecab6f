package dev.tailbound.run.interp;

import dev.tailbound.isa.Reg;

/// Watches a run instruction by instruction, to hold it beside another engine's.
@FunctionalInterface
public interface StepListener {

    /// Called after the instruction at `insn` of the case's program `program`, with the registers that the next one will see.
    void stepped(int program, int insn, Registers registers);

    /// A look at the registers of the frame that goes on; valid during the call only.
    interface Registers {
        boolean isDefined(Reg reg);

        /// The value of a register that [#isDefined(Reg)].
        long read(Reg reg);
    }
}
