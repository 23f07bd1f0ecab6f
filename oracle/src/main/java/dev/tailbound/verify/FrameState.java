package dev.tailbound.verify;

import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One call frame of a path: its registers and its stack.
final class FrameState {
    static final int MAX_STACK = 512;
    private static final StackSlot[] NO_SLOTS = {};

    private final int function;
    private final int callSite;
    private final AbstractValue[] registers;
    // StackSlot i holds the bytes R10-8(i+1) to R10-8i-1; null if none was written.
    private StackSlot[] slots;

    /// A new frame, the `depth`-th of the path; `callSite` is the calling instruction, -1 for the main function.
    FrameState(int function, int callSite, int depth) {
        this(function, callSite, new AbstractValue[Reg.R10.number() + 1], NO_SLOTS);
        Arrays.fill(registers, Uninit.UNINIT);
        registers[Reg.R10.number()] = Pointer.to(new PointerTarget.Stack(depth));
    }

    private FrameState(int function, int callSite, AbstractValue[] registers, StackSlot[] slots) {
        this.function = function;
        this.callSite = callSite;
        this.registers = registers;
        this.slots = slots;
    }

    FrameState copy() {
        return new FrameState(function, callSite, registers.clone(), slots.clone());
    }

    /// The position of the function in the program.
    int function() {
        return function;
    }

    int callSite() {
        return callSite;
    }

    AbstractValue get(Reg reg) {
        return registers[reg.number()];
    }

    void set(Reg reg, AbstractValue value) {
        registers[reg.number()] = value;
    }

    AbstractValue register(int number) {
        return registers[number];
    }

    /// Makes R0 to R5 uninitialised, as after a call.
    void clobberCallerSaved() {
        Arrays.fill(registers, Reg.R0.number(), Reg.R5.number() + 1, Uninit.UNINIT);
    }

    /// Makes all registers outside a set of [Reg#bit()]s uninitialised.
    void keepOnly(int live) {
        for (int i = 0; i < Reg.R10.number(); i++) {
            if ((live & 1 << i) == 0) {
                registers[i] = Uninit.UNINIT;
            }
        }
    }

    int slotCount() {
        return slots.length;
    }

    /// The slot at an index; null if nothing was written to it.
    StackSlot slot(int index) {
        return index < slots.length ? slots[index] : null;
    }

    /// The slot that holds the byte at R10 + `off`.
    StackSlot slotAt(int off) {
        return slot(indexOf(off));
    }

    private static int indexOf(int off) {
        return (-off - 1) >> 3;
    }

    private void setSlot(int off, StackSlot slot) {
        int index = indexOf(off);
        if (index >= slots.length) {
            slots = Arrays.copyOf(slots, index + 1);
        }
        slots[index] = slot;
    }

    /// The value of naturally aligned bytes. Unwritten bytes read as unknown, as for a privileged user from kernel 6.3 on.
    AbstractValue load(int off, Size size, ByteOrder order) {
        var slot = slotAt(off);
        return slot == null ? new Scalar(ScalarRange.loaded(size, false)) : slot.load(off & 7, size, order);
    }

    void store(int off, Size size, AbstractValue value) {
        setSlot(off, switch (value) {
            case Pointer pointer -> StackSlot.ofPointer(pointer);
            case Scalar scalar -> StackSlot.ofScalar(slotAt(off), off & 7, size, scalar);
            case Uninit _ -> throw new IllegalArgumentException("store of an uninitialised value");
        });
    }

    /// A write to an unknown offset within these bytes: their contents become unknown, and no further byte counts as written.
    void storeSomewhere(int off, int length) {
        for (int at = off & -8; at < off + length; at += 8) {
            var slot = slotAt(at);
            if (slot != null) {
                setSlot(at, slot.forgotten());
            }
        }
    }

    void readBytes(int off, int length) {
        for (int at = off & -8; at < off + length; at += 8) {
            var slot = slotAt(at);
            if (slot != null) {
                slot.markRead();
            }
        }
    }

    /// All of these bytes were written.
    boolean isWritten(int off, int length) {
        for (int at = off; at < off + length; at++) {
            var slot = slotAt(at);
            if (slot == null || (slot.written() & 1 << (at & 7)) == 0) {
                return false;
            }
        }
        return true;
    }

    /// Some of these bytes belong to a spilled pointer.
    boolean holdsPointer(int off, int length) {
        for (int at = off & -8; at < off + length; at += 8) {
            var slot = slotAt(at);
            if (slot != null && slot.holdsPointer()) {
                return true;
            }
        }
        return false;
    }

    /// Replaces every reference to the object `before` by `after`.
    void replace(Scalar before, Scalar after) {
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] instanceof Scalar scalar && scalar == before) {
                registers[i] = after;
            }
        }
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] != null && slots[i].spilled() instanceof Scalar scalar && scalar == before) {
                slots[i] = slots[i].withSpilled(after);
            }
        }
    }

    void forgetReads() {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] != null && slots[i].isRead()) {
                slots[i] = slots[i].unread();
            }
        }
    }

    /// Resolves all pointers with this null id to null or non-null.
    void settleNull(int nullId, boolean isNull) {
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] instanceof Pointer pointer && pointer.nullId() == nullId) {
                registers[i] = settled(pointer, isNull);
            }
        }
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] != null && slots[i].spilled() instanceof Pointer pointer && pointer.nullId() == nullId) {
                slots[i] = slots[i].withSpilled(settled(pointer, isNull));
            }
        }
    }

    private static AbstractValue settled(Pointer pointer, boolean isNull) {
        return isNull ? Scalar.constant(0) : pointer.nonNull();
    }
}
