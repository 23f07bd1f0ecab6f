package dev.tailbound.compare;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.run.interp.StepListener;
import java.util.Optional;
import java.util.Set;

/// Finds the first register shift of a run whose count is not below its width: some JITs do not mask it, and kernels call its result undefined.
final class WideShifts implements StepListener {
    private final Set<Width> widths;
    private Case source;
    private String found;

    /// Shifts of these widths.
    WideShifts(Set<Width> widths) {
        this.widths = widths;
    }

    /// Begins another run.
    void start(Case source) {
        this.source = source;
        found = null;
    }

    /// The place, the instruction and the count.
    Optional<String> found() {
        return Optional.ofNullable(found);
    }

    @Override
    public void stepping(int program, int at, Insn insn, Registers registers) {
        if (found == null && insn instanceof Insn.Alu(var width, var op, _, Reg src) && op.isShift() && widths.contains(width)
                && registers.isDefined(src)) {
            long count = registers.read(src) & (width == Width.W32 ? 0xffff_ffffL : -1L);
            if (Long.compareUnsigned(count, width.bits()) >= 0) {
                found = "%s insn %d by 0x%x".formatted(source.programs().get(program).name(), at, count);
            }
        }
    }

    @Override
    public void stepped(int program, int insn, Registers registers) {}
}
