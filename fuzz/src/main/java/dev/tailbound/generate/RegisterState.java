package dev.tailbound.generate;

import dev.tailbound.isa.Reg;

/// The state at one place of a function: the contents of registers and stack slots, and which of their values have not been observed yet.
///
/// Sets of registers are sets of [Reg#bit()]s, sets of slots have a bit for each position in the [StackPlan]. A value is `fresh` from its
/// definition, and again from each call, which may damage it, until it is mixed into an observed value.
final class RegisterState {
    /// R0..R5, lost in every call.
    static final int SCRATCH = 0b0000_111111;

    /// R6..R9, preserved by every call.
    static final int SAVED = Reg.CALLEE_SAVED;

    int scalars;
    int fresh;
    int slots;
    int freshSlots;
    private final PointerBounds[] pointers = new PointerBounds[10];

    RegisterState copy() {
        var copy = new RegisterState();
        copy.scalars = scalars;
        copy.fresh = fresh;
        copy.slots = slots;
        copy.freshSlots = freshSlots;
        System.arraycopy(pointers, 0, copy.pointers, 0, pointers.length);
        return copy;
    }

    boolean isScalar(Reg reg) {
        return (scalars & reg.bit()) != 0;
    }

    boolean isFresh(Reg reg) {
        return (fresh & reg.bit()) != 0;
    }

    /// The bounds of the register's pointer; null if it contains no address.
    PointerBounds pointer(Reg reg) {
        return pointers[reg.number()];
    }

    void setScalar(Reg reg) {
        scalars |= reg.bit();
        fresh |= reg.bit();
        pointers[reg.number()] = null;
    }

    void setPointer(Reg reg, PointerBounds pointer) {
        forget(reg.bit());
        pointers[reg.number()] = pointer;
    }

    void observed(Reg reg) {
        fresh &= ~reg.bit();
    }

    /// Marks these registers as unreadable.
    void forget(int registers) {
        scalars &= ~registers;
        fresh &= ~registers;
        for (int rest = registers; rest != 0; rest &= rest - 1) {
            pointers[Integer.numberOfTrailingZeros(rest)] = null;
        }
    }

    /// After a call: scratch registers are lost, and surviving values must be observed again.
    void called() {
        forget(SCRATCH);
        fresh |= scalars;
        freshSlots |= slots;
    }

    /// The facts that are true in both states: the state where two paths meet.
    void join(RegisterState other) {
        fresh |= other.fresh;
        freshSlots |= other.freshSlots;
        scalars &= other.scalars;
        fresh &= scalars;
        slots &= other.slots;
        freshSlots &= slots;
        for (int i = 0; i < pointers.length; i++) {
            if (pointers[i] != null && !pointers[i].equals(other.pointers[i])) {
                pointers[i] = null;
            }
        }
    }

    /// The pointer registers with room for an access.
    int pointersTo(int bytes, boolean aligned) {
        int found = 0;
        for (int i = 0; i < pointers.length; i++) {
            var pointer = pointers[i];
            // Stack accesses must be aligned for every instruction.
            if (pointer != null && pointer.holds(bytes, aligned || pointer.kind() == PointerBounds.Kind.STACK)) {
                found |= 1 << i;
            }
        }
        return found;
    }

    /// The registers with addresses.
    int addresses() {
        int found = 0;
        for (int i = 0; i < pointers.length; i++) {
            if (pointers[i] != null) {
                found |= 1 << i;
            }
        }
        return found;
    }

    int pointersOf(PointerBounds.Kind kind) {
        int found = 0;
        for (int i = 0; i < pointers.length; i++) {
            if (pointers[i] != null && pointers[i].kind() == kind) {
                found |= 1 << i;
            }
        }
        return found;
    }
}
