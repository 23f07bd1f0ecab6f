package dev.tailbound.isa;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.RandomAccess;

/// The instructions of a program, unmodifiable, with the first slot of each.
final class InsnList extends AbstractList<Insn> implements RandomAccess {
    private final Insn[] insns;
    /// Number of slots before each instruction; the last entry is the total.
    private final int[] slots;

    private InsnList(Insn... insns) {
        this.insns = insns;
        slots = new int[insns.length + 1];
        for (int i = 0; i < insns.length; i++) {
            slots[i + 1] = slots[i] + insns[i].slots();
        }
    }

    static InsnList copyOf(Collection<Insn> insns) {
        return insns instanceof InsnList same ? same : new InsnList(insns.toArray(new Insn[0]));
    }

    /// Number of slots before the instruction; `index` may be one past the end.
    int slotOf(int index) {
        return slots[index];
    }

    /// Index of the instruction that starts at the slot; negative if none does.
    int at(int slot) {
        int index = Arrays.binarySearch(slots, slot);
        return index == insns.length ? -1 : index;
    }

    @Override
    public Insn get(int index) {
        return insns[index];
    }

    @Override
    public int size() {
        return insns.length;
    }
}
