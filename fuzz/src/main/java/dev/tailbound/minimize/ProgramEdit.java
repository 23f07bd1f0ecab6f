package dev.tailbound.minimize;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Insn.Call;
import dev.tailbound.isa.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Changes of a program that preserve the targets of its branches.
final class ProgramEdit {
    private ProgramEdit() {}

    static Program replace(Program program, int index, Insn insn) {
        var insns = new ArrayList<>(program.insns());
        insns.set(index, insn);
        return new Program(program.name(), insns, program.labels());
    }

    /// The program without the instructions in `gone` and those that become unreachable.
    ///
    /// A branch to a deleted instruction goes to the next remaining one; empty if there is none, or if nothing remains.
    static Optional<Program> delete(Program program, BitSet gone) {
        return compact(program, gone).flatMap(ProgramEdit::reachable);
    }

    static Optional<Program> delete(Program program, int... gone) {
        var set = new BitSet();
        for (int index : gone) {
            set.set(index);
        }
        return delete(program, set);
    }

    /// The program without unreachable instructions and subprograms; empty if control can run off its end.
    static Optional<Program> reachable(Program program) {
        var reached = new BitSet(program.size());
        var open = new ArrayDeque<>(List.of(0));
        while (!open.isEmpty()) {
            int at = open.pop();
            if (at >= program.size()) {
                return Optional.empty();
            }
            if (reached.get(at)) {
                continue;
            }
            reached.set(at);
            var insn = program.insn(at);
            if (insn instanceof Branch branch) {
                open.push(branch.target());
            }
            if (insn.fallsThrough()) {
                open.push(at + 1);
            }
        }
        if (reached.cardinality() == program.size()) {
            return Optional.of(program);
        }
        reached.flip(0, program.size());
        return compact(program, reached);
    }

    /// The program with the function at `start` as its main function, without unreachable code.
    static Optional<Program> startingAt(Program program, int start) {
        var function = function(program, start);
        var order = IntStream.concat(function.stream(), IntStream.range(0, program.size()).filter(i -> !function.get(i)))
                .toArray();
        var moved = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            moved[order[i]] = i;
        }
        var insns = IntStream.of(order).mapToObj(program::insn).map(insn -> insn instanceof Branch branch
                ? branch.retarget(moved[branch.target()])
                : insn).toList();
        var labels = new TreeMap<Integer, String>();
        program.labels().forEach((target, label) -> labels.put(moved[target], label));
        return reachable(new Program(program.name(), insns, labels));
    }

    /// The program with the call replaced by the called function, whose exits jump to the code after it; empty for calls inside that function.
    static Optional<Program> inlined(Program program, int call) {
        var body = function(program, ((Call) program.insn(call)).target());
        if (body.get(call)) {
            return Optional.empty();
        }
        int start = body.nextSetBit(0);
        // An exit at the end of the body needs no jump.
        int length = body.cardinality() - (program.insn(start + body.cardinality() - 1) instanceof Insn.Exit ? 1 : 0);
        var insns = new ArrayList<Insn>(program.size() + length);
        for (int i = 0; i < program.size(); i++) {
            if (i == call) {
                for (var insn : program.insns().subList(start, start + length)) {
                    insns.add(switch (insn) {
                        case Insn.Exit _ -> new Insn.Jump(false, call + length);
                        case Call other -> shifted(other, call, length);
                        case Branch branch -> branch.retarget(call + branch.target() - start);
                        default -> insn;
                    });
                }
            } else {
                insns.add(program.insn(i) instanceof Branch branch ? shifted(branch, call, length) : program.insn(i));
            }
        }
        var labels = new TreeMap<Integer, String>();
        program.labels().forEach((target, label) -> labels.put(shifted(target, call, length), label));
        return reachable(new Program(program.name(), insns, labels));
    }

    /// The branch after `length` instructions have replaced the call.
    private static Insn shifted(Branch branch, int call, int length) {
        return branch.retarget(shifted(branch.target(), call, length));
    }

    private static int shifted(int target, int call, int length) {
        return target > call ? target + length - 1 : target;
    }

    /// The instructions of the function that starts at `start`: up to the next function or the end.
    static BitSet function(Program program, int start) {
        int end = program.insns().stream().filter(insn -> insn instanceof Call).mapToInt(insn -> ((Call) insn).target())
                .filter(target -> target > start).min().orElse(program.size());
        var function = new BitSet(program.size());
        function.set(start, end);
        return function;
    }

    private static Optional<Program> compact(Program program, BitSet gone) {
        int size = program.size();
        var moved = new int[size];
        int stay = 0;
        for (int i = 0; i < size; i++) {
            moved[i] = stay;
            stay += gone.get(i) ? 0 : 1;
        }
        var insns = new ArrayList<Insn>(stay);
        for (int i = 0; i < size; i++) {
            if (gone.get(i)) {
                continue;
            }
            var insn = program.insn(i);
            if (insn instanceof Branch branch) {
                if (moved[branch.target()] == stay) {
                    return Optional.empty();
                }
                insn = branch.retarget(moved[branch.target()]);
            }
            insns.add(insn);
        }
        var labels = new TreeMap<Integer, String>();
        program.labels().forEach((target, label) -> labels.putIfAbsent(moved[target], label));
        return insns.isEmpty() ? Optional.empty() : Optional.of(new Program(program.name(), insns, labels));
    }
}
