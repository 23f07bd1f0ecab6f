package dev.tailbound.jit;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.Optional;

/// A rewrite that replaces single instructions by sequences.
///
/// Branches to a replaced instruction then target the first one of the sequence.
public interface Replacing extends Rewrite {

    /// The replacement of the instruction, as for [Edit#replace]; empty to keep it.
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
