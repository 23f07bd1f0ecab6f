package dev.tailbound.forms;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;

/// What a form cannot hold of a case: the first such part is refused.
///
/// @param form the form with its article, such as `a .data file`
record Held(Case source, String form) {
    /// Throws [BadInput], which has no place, unless the form holds this part.
    void that(boolean isHeld, String what) {
        if (!isHeld) {
            throw new BadInput("", form + " cannot hold " + what);
        }
    }

    /// Parts that only case files hold.
    void nothingOfKernels() {
        that(source.events().isEmpty(), "events");
        that(source.attachments().isEmpty(), "attachments");
        that(source.proEpilogue().isEmpty(), "a prologue or an epilogue");
        for (var program : source.programs()) {
            that(program.insns().stream().noneMatch(Insn.CallKfunc.class::isInstance), "calls of kernel functions");
            that(program.insns().stream().noneMatch(Insn.MovPerCpu.class::isInstance), "per-CPU addresses");
        }
    }

    void oneProgramWithoutMaps() {
        nothingOfKernels();
        that(source.programs().size() == 1, "several programs");
        that(source.entryProgram().insns().stream().noneMatch(insn -> insn instanceof Insn.LoadMap
                || insn instanceof Insn.LoadMapValue), "maps");
    }
}
