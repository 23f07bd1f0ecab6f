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
/// `labels` names exactly the branch targets; the constructor drops other labels and generates missing ones, so that programs and their printed text
/// correspond one to one.
///
/// @param malformed undecodable bytes; `insns` is then empty
public record Program(String name, List<Insn> insns, SortedMap<Integer, String> labels, Optional<Malformed> malformed) {

    /// In characters; messages never shorten names.
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

    /// A program of undecodable bytes.
    public Program(String name, Malformed malformed) {
        this(name, List.of(), new TreeMap<>(), Optional.of(malformed));
    }

    /// A program with generated labels only.
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

    /// Index of the instruction that starts at the slot; negative if none does.
    public int insnAt(int slot) {
        return ((InsnList) insns).at(slot);
    }

    /// Whether this is a valid name of a program, label or map: letters, digits, `_`, `.` and `$`, not starting with a digit, at most 255 characters.
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
