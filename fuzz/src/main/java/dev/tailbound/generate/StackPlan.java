package dev.tailbound.generate;

import dev.tailbound.isa.Size;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The stack slots of one function: naturally aligned, not overlapping, the deepest `depth` bytes below R10.
final class StackPlan {
    private final int depth;
    private final List<Slot> slots = new ArrayList<>(6);
    private final BitSet taken = new BitSet();

    /// `off` is relative to R10, negative.
    record Slot(int off, Size size) {}

    StackPlan(int depth) {
        this.depth = depth;
    }

    Slot slot(int position) {
        return slots.get(position);
    }

    int count() {
        return slots.size();
    }

    /// Adds a slot at a random free place; -1 if there is no room for its size.
    int place(Choices choices, Size size) {
        int places = depth / size.bytes();
        int start = places == 0 ? 0 : choices.below(places);
        for (int i = 0; i < places; i++) {
            int below = size.bytes() * (1 + (start + i) % places);
            if (isFree(below, size)) {
                return add(below, size);
            }
        }
        return -1;
    }

    /// Adds a slot at the planned depth, unless another slot is there.
    void placeDeepest(Choices choices) {
        int largest = Math.min(8, Integer.lowestOneBit(depth));
        if (largest > 0 && !taken.get(depth)) {
            add(depth, CornerValues.size(choices, largest));
        }
    }

    /// The slots of at least this size, as a set.
    int atLeast(Size size) {
        int found = 0;
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).size().bytes() >= size.bytes()) {
                found |= 1 << i;
            }
        }
        return found;
    }

    private boolean isFree(int below, Size size) {
        int next = taken.nextSetBit(below - size.bytes() + 1);
        return next < 0 || next > below;
    }

    /// Byte `r10 - n` is bit `n` of `taken`.
    private int add(int below, Size size) {
        taken.set(below - size.bytes() + 1, below + 1);
        slots.add(new Slot(-below, size));
        return slots.size() - 1;
    }
}
