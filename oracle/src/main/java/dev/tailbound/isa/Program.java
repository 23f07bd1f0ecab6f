package dev.tailbound.isa;

import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A BPF program: the main function, entered at instruction 0, and its subprograms after it, in one list of instructions.
///
/// `labels` names exactly the instructions that some branch targets; the constructor drops other names and makes up missing ones, so that a
/// program and its printed text stand for each other.
///
/// @param malformed bytes in place of instructions, of which there are none then
public record Program(String name, List<Insn> insns, SortedMap<Integer, String> labels, Optional<Malformed> malformed) {

    /// In characters; messages show names whole.
    public static final int MAX_NAME = 255;

    public Program {
        requireName("program", name);
        insns = InsnList.copyOf(insns);
        labels = Collections.unmodifiableSortedMap(normalized(insns, labels));
    }

    /// A program of instructions.
    public Program(String name, List<Insn> insns, SortedMap<Integer, String> labels) {
        this(name, insns, labels, Optional.empty());
    }

    /// Bytes that cannot be read as instructions.
    public Program(String name, Malformed malformed) {
        this(name, List.of(), new TreeMap<>(), Optional.of(malformed));
    }

    /// A program whose labels are all made up.
    public Program(String name, List<Insn> insns) {
        this(name, insns, new TreeMap<>());
    }

    public int size() {
        return insns.size();
    }

    public Insn insn(int index) {
        return insns.get(index);
    }

    /// The slot of an instruction, the number that kernels and bpftool print; `index` may be one past the end.
    public int slotOf(int index) {
        return ((InsnList) insns).slotOf(index);
    }

    /// The instruction that begins at the slot; negative where none does.
    public int insnAt(int slot) {
        return ((InsnList) insns).at(slot);
    }

    /// Whether this may name a program, a label or a map, so that a case file can refer to it: letters, digits, `_`, `.` and `$`, no digit first, at
    /// most 255 in all.
    public static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isLetter(name.charAt(i)) && (i == 0 || !isDigit(name.charAt(i)))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAX_NAME;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static void requireName(String what, String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("%s cannot name a %s".formatted(BadInput.quoted(name), what));
        }
    }

    private static SortedMap<Integer, String> normalized(List<Insn> insns, SortedMap<Integer, String> given) {
        var targets = new BitSet(insns.size());
        var functions = new BitSet(insns.size());
        for (var insn : insns) {
            if (insn instanceof Insn.Branch branch) {
                if (branch.target() < 0 || branch.target() >= insns.size()) {
                    throw new IllegalArgumentException("target %d is outside 0..%d".formatted(branch.target(), insns.size() - 1));
                }
                targets.set(branch.target());
                if (insn instanceof Insn.Call) {
                    functions.set(branch.target());
                }
            }
        }
        var labels = new TreeMap<Integer, String>();
        var taken = new HashSet<String>();
        given.forEach((target, label) -> {
            if (targets.get(target) && !label.isEmpty()) {
                requireName("label", label);
                if (!taken.add(label)) {
                    throw new IllegalArgumentException("label %s is defined twice".formatted(label));
                }
                labels.put(target, label);
                targets.clear(target);
            }
        });
        for (int target = targets.nextSetBit(0); target >= 0; target = targets.nextSetBit(target + 1)) {
            var label = (functions.get(target) ? "subprog_" : "l") + target;
            while (!taken.add(label)) {
                label += "_";
            }
            labels.put(target, label);
        }
        return labels;
    }
}
