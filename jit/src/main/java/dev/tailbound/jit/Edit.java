package dev.tailbound.jit;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/// Changes to a program that are made all at once, with everything that refers to a position kept in step: branches, functions, labels, origins.
///
/// Positions are those before the edit; each instruction is changed at most once.
public final class Edit {
    private final Lowered source;
    private final Change[] changes;
    private boolean changesNothing = true;

    private sealed interface Change {
        List<Insn> insns();

        /// Branches inside target positions of the sequence, its length standing for what follows.
        record Sequence(List<Insn> insns) implements Change {}

        /// A branch targets a position of the program before the edit.
        record Single(Insn insn) implements Change {
            @Override
            public List<Insn> insns() {
                return List.of(insn);
            }
        }
    }

    public Edit(Lowered source) {
        this.source = source;
        changes = new Change[source.program().size()];
    }

    /// Puts a sequence in the place of the instruction, none at all where it is empty; what targeted it targets the first of them.
    ///
    /// Branches in the sequence target positions in it, its length standing for what follows.
    public void replace(int index, List<Insn> sequence) {
        change(index, new Change.Sequence(List.copyOf(sequence)));
    }

    /// Takes the instruction away; what targeted it targets the next one that stays.
    public void remove(int index) {
        replace(index, List.of());
    }

    /// Puts another instruction in the place of this one; a branch targets a position of the program before the edit.
    public void set(int index, Insn insn) {
        change(index, new Change.Single(insn));
    }

    private void change(int index, Change change) {
        if (changes[index] != null) {
            throw new IllegalArgumentException("%s: insn %d is changed twice".formatted(source.program().name(), index));
        }
        changes[index] = change;
        changesNothing = false;
    }

    /// The program after the edit; the very object from before where there is nothing to change.
    public Lowered apply() {
        if (changesNothing) {
            return source;
        }
        var program = source.program();
        var moved = new int[program.size() + 1];
        for (int i = 0; i < program.size(); i++) {
            var change = changes[i];
            moved[i + 1] = moved[i] + (change == null ? 1 : change.insns().size());
        }
        var insns = new ArrayList<Insn>(moved[program.size()]);
        var origin = new int[moved[program.size()]];
        for (int i = 0; i < program.size(); i++) {
            int start = moved[i];
            switch (changes[i]) {
                case null -> insns.add(retarget(program.insn(i), target -> moved[target]));
                case Change.Single(var insn) -> insns.add(retarget(insn, target -> moved[target]));
                case Change.Sequence(var sequence) -> sequence.forEach(insn -> insns.add(retarget(insn, local -> start + local)));
            }
            for (int at = start; at < moved[i + 1]; at++) {
                origin[at] = source.origin()[i];
            }
        }
        var labels = new TreeMap<Integer, String>();
        program.labels().forEach((target, label) -> labels.putIfAbsent(moved[target], label));
        return new Lowered(source.source(), source.facts(), new Program(program.name(), insns, labels), origin,
                source.subprograms().stream().map(function -> move(function, moved))
                        .filter(function -> function.start() < function.end()).toList());
    }

    private static Insn retarget(Insn insn, IntUnaryOperator move) {
        return insn instanceof Branch branch ? branch.retarget(move.applyAsInt(branch.target())) : insn;
    }

    private static Subprogram move(Subprogram function, int... moved) {
        return new Subprogram(function.name(), moved[function.start()], moved[function.end()], function.stackDepth(),
                function.hasTailCall(), function.tailCallReachable());
    }
}
