package dev.tailbound.jit.passes;

import dev.tailbound.isa.Insn.Jump;
import dev.tailbound.isa.Insn.JumpIf;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Rewrite;

/// Removes unreached code, decided branches, and jumps to the next instruction.
///
/// As in kernels for privileged programs: a branch with one unreached side becomes `goto`; unreached code is removed, with functions that nothing
/// else calls; then each `goto +0`. That last step is a single forward pass, so it keeps a jump that only becomes `goto +0` through a later removal.
public final class DeadCode implements Rewrite {

    @Override
    public String name() {
        return "dead-code";
    }

    @Override
    public Lowered apply(Lowered source) {
        return withoutNops(withoutDeadCode(source));
    }

    private static Lowered withoutDeadCode(Lowered source) {
        var edit = new Edit(source);
        for (int i = 0; i < source.program().size(); i++) {
            if (!isReached(source, i)) {
                edit.remove(i);
            } else if (source.program().insn(i) instanceof JumpIf jump) {
                if (!isReached(source, i + 1)) {
                    edit.set(i, new Jump(false, jump.target()));
                } else if (!isReached(source, jump.target())) {
                    edit.set(i, new Jump(false, i + 1));
                }
            }
        }
        return edit.apply();
    }

    private static Lowered withoutNops(Lowered source) {
        var edit = new Edit(source);
        for (int i = 0; i < source.program().size(); i++) {
            if (source.program().insn(i) instanceof Jump(boolean isLong, int target) && !isLong && target == i + 1) {
                edit.remove(i);
            }
        }
        return edit.apply();
    }

    private static boolean isReached(Lowered source, int index) {
        return source.facts().reached().get(source.origin()[index]);
    }
}
