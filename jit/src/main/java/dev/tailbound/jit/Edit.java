package dev.tailbound.jit;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/// A set of changes to a program, applied together. Updates everything that refers to positions: branches, functions, labels, origins.
///
/// Positions are those before the edit; each instruction may be changed once.
public final class Edit {
    private final Lowered source;
    private final Change[] changes;
    private List<Placed> front = List.of();
    private boolean changesNothing = true;

    /// An instruction of a sequence, and its origin: the position in the original program that it implements.
    public record Placed(Insn insn, int origin) {}

    private sealed interface Change {
        int size();

        /// Branches inside target positions of the sequence, its length meaning the instruction after it.
        record Sequence(List<Placed> insns) implements Change {
            @Override
            public int size() {
                return insns.size();
            }
        }

        /// A branch targets a position of the program before the edit.
        record Single(Insn insn) implements Change {
            @Override
            public int size() {
                return 1;
            }
        }
    }

    public Edit(Lowered source) {
        this.source = source;
        changes = new Change[source.program().size()];
    }

    /// Replaces the instruction by a sequence, which may be empty. Branches to it then target the first instruction of the sequence.
    ///
    /// Branches in the sequence target positions in it, its length meaning the instruction after it.
    public void replace(int index, List<Insn> sequence) {
        var placed = new ArrayList<Placed>(sequence.size());
        sequence.forEach(insn -> placed.add(new Placed(insn, source.origin()[index])));
        replaceBy(index, placed);
    }

    /// The same with a sequence whose instructions have different origins.
    public void replaceBy(int index, List<Placed> sequence) {
        change(index, new Change.Sequence(List.copyOf(sequence)));
    }

    /// Inserts a sequence before the program. The main function then starts there; jumps to its former first instruction keep their target.
    ///
    /// Branches are as in [#replace].
    public void begin(List<Placed> sequence) {
        front = List.copyOf(sequence);
        changesNothing &= front.isEmpty();
    }

    /// Removes the instruction; branches to it then target the next remaining one.
    public void remove(int index) {
        replace(index, List.of());
    }

    /// Replaces the instruction by another one; a branch targets a position of the program before the edit.
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

    /// The program after the edit; the same object if nothing changed.
    public Lowered apply() {
        if (changesNothing) {
            return source;
        }
        var program = source.program();
        var moved = new int[program.size() + 1];
        moved[0] = front.size();
        for (int i = 0; i < program.size(); i++) {
            moved[i + 1] = moved[i] + (changes[i] == null ? 1 : changes[i].size());
        }
        var output = new Output(moved[program.size()]);
        output.addAll(front);
        for (int i = 0; i < program.size(); i++) {
            int origin = source.origin()[i];
            switch (changes[i]) {
                case null -> output.add(retarget(program.insn(i), target -> moved[target]), origin);
                case Change.Single(var insn) -> output.add(retarget(insn, target -> moved[target]), origin);
                case Change.Sequence(var sequence) -> output.addAll(sequence);
            }
        }
        var labels = new TreeMap<Integer, String>();
        program.labels().forEach((target, label) -> labels.putIfAbsent(moved[target], label));
        return new Lowered(source.source(), source.facts(), new Program(program.name(), Arrays.asList(output.insns), labels),
                output.origins, functions(moved), source.kfuncs());
    }

    private List<Subprogram> functions(int... moved) {
        var functions = new ArrayList<Subprogram>(source.subprograms().size());
        for (var function : source.subprograms()) {
            var after = move(function, moved);
            if (after.start() < after.end()) {
                functions.add(after);
            }
        }
        return functions;
    }

    /// The resulting program.
    private static final class Output {
        final Insn[] insns;
        final int[] origins;
        private int size;

        Output(int size) {
            insns = new Insn[size];
            origins = new int[size];
        }

        void add(Insn insn, int origin) {
            insns[size] = insn;
            origins[size++] = origin;
        }

        void addAll(List<Placed> sequence) {
            int start = size;
            for (var placed : sequence) {
                add(retarget(placed.insn(), local -> start + local), placed.origin());
            }
        }
    }

    private static Insn retarget(Insn insn, IntUnaryOperator move) {
        return insn instanceof Branch branch ? branch.retarget(move.applyAsInt(branch.target())) : insn;
    }

    private static Subprogram move(Subprogram function, int... moved) {
        int start = function.start() == 0 ? 0 : moved[function.start()];
        return new Subprogram(function.name(), start, moved[function.end()], function.stackDepth(), function.hasTailCall(),
                function.tailCallReachable());
    }
}
