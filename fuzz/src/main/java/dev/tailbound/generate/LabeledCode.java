package dev.tailbound.generate;

import dev.tailbound.isa.Insn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The instructions of one function during generation: jumps name labels, calls name functions; [#linkInto] converts both to indices.
final class LabeledCode {
    private final ArrayList<Insn> insns = new ArrayList<>(64);
    private int[] labels = new int[8];
    private int labelCount;

    int size() {
        return insns.size();
    }

    void add(Insn insn) {
        insns.add(insn);
    }

    /// A label to be placed by [#bind].
    int label() {
        if (labelCount == labels.length) {
            labels = Arrays.copyOf(labels, 2 * labelCount);
        }
        return labelCount++;
    }

    void bind(int label) {
        labels[label] = insns.size();
    }

    /// A new label at the next instruction.
    int here() {
        int label = label();
        bind(label);
        return label;
    }

    /// Whether it contains a call of this function.
    boolean calls(int function) {
        return insns.stream().anyMatch(insn -> insn instanceof Insn.Call(int target) && target == function);
    }

    /// Appends these instructions to a program in which function `f` starts at `starts[f]`.
    void linkInto(List<Insn> program, int[] starts) {
        int base = program.size();
        for (var insn : insns) {
            program.add(switch (insn) {
                case Insn.Call call -> call.retarget(starts[call.target()]);
                case Insn.Branch jump -> jump.retarget(base + labels[jump.target()]);
                default -> insn;
            });
        }
    }
}
