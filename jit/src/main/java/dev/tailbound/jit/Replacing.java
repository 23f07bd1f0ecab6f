package dev.tailbound.jit;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.Optional;

/// A step that looks at one instruction after the other and puts sequences in the place of some.
///
/// What targeted a replaced instruction then targets the first of the new ones.
public interface Replacing extends Rewrite {

    /// What stands in place of the instruction, as [Edit#replace] has it; empty where it stays as it is.
    Optional<List<Insn>> replacement(Program program, int index);

    @Override
    default Lowered apply(Lowered source) {
        var edit = new Edit(source);
        for (int i = 0; i < source.program().size(); i++) {
            int at = i;
            replacement(source.program(), i).ifPresent(sequence -> edit.replace(at, sequence));
        }
        return edit.apply();
    }
}
