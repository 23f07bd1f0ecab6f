package dev.tailbound.jit;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/// One pass over a program that puts sequences of instructions in the place of single ones.
///
/// What targeted a replaced instruction then targets the first of the new ones.
public interface Rewrite {

    /// What stands in place of the instruction; empty where it stays as it is.
    ///
    /// Branches in the answer target positions in the answer, its length standing for what follows. Branches themselves are never replaced.
    Optional<List<Insn>> replacement(Program program, int index);

    default Lowered apply(Lowered source) {
        var program = source.program();
        if (changesNothing(program)) {
            return source;
        }
        var replacements = new ArrayList<Optional<List<Insn>>>(program.size());
        var moved = new int[program.size() + 1];
        for (int i = 0; i < program.size(); i++) {
            var replacement = replacement(program, i);
            replacements.add(replacement);
            moved[i + 1] = moved[i] + replacement.map(List::size).orElse(1);
        }

        var insns = new ArrayList<Insn>(moved[program.size()]);
        var origin = new int[moved[program.size()]];
        for (int i = 0; i < program.size(); i++) {
            int start = moved[i];
            if (replacements.get(i).isPresent()) {
                replacements.get(i).get().forEach(part -> insns.add(retarget(part, local -> start + local)));
            } else {
                insns.add(retarget(program.insn(i), target -> moved[target]));
            }
            Arrays.fill(origin, start, moved[i + 1], source.origin()[i]);
        }
        var labels = new TreeMap<Integer, String>();
        program.labels().forEach((target, label) -> labels.put(moved[target], label));
        var functions = source.subprograms().stream().map(function -> move(function, moved)).toList();
        return new Lowered(new Program(program.name(), insns, labels), origin, functions, source.slots());
    }

    private boolean changesNothing(Program program) {
        for (int i = 0; i < program.size(); i++) {
            if (replacement(program, i).isPresent()) {
                return false;
            }
        }
        return true;
    }

    private static Insn retarget(Insn insn, IntUnaryOperator move) {
        return insn instanceof Branch branch ? branch.retarget(move.applyAsInt(branch.target())) : insn;
    }

    private static Subprogram move(Subprogram function, int[] moved) {
        int start = moved[function.start()];
        int end = moved[function.end()];
        return new Subprogram(function.name(), start, end, function.stackDepth(), function.hasTailCall(),
                function.tailCallReachable());
    }
}
