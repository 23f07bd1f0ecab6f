package dev.tailbound.verify;

import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.verify.PointerTarget.Arguments;
import dev.tailbound.verify.PointerTarget.Ctx;
import dev.tailbound.verify.PointerTarget.Map;
import dev.tailbound.verify.PointerTarget.MapValue;
import dev.tailbound.verify.PointerTarget.Mem;
import dev.tailbound.verify.PointerTarget.Packet;
import dev.tailbound.verify.PointerTarget.Stack;
import dev.tailbound.verify.PointerTarget.Task;
import dev.tailbound.verify.PointerTarget.View;
import java.nio.ByteOrder;

/// Loads and stores through pointers: bounds checks per region, and the abstract values read and written.
final class MemoryAccess {
    /// `BPF_MAX_VAR_OFF`: the kernel's limit for offsets.
    static final int MAX_OFFSET = 1 << 29;

    private final ExplorationFacts findings;
    private final ByteOrder order;

    MemoryAccess(ExplorationFacts findings, ByteOrder order) {
        this.findings = findings;
        this.order = order;
    }

    /// Kind of memory access. Atomic accesses require natural alignment in every region.
    enum Use {
        READ("read from"), WRITE("write to"), ATOMIC_READ("read from"), ATOMIC_WRITE("write to");

        private final String phrase;

        Use(String phrase) {
            this.phrase = phrase;
        }

        private boolean isAtomic() {
            return this == ATOMIC_READ || this == ATOMIC_WRITE;
        }
    }

    /// Result of a load, extended to 64 bits.
    AbstractValue load(PathState state, Use use, Size size, boolean signed, Reg base, int off) {
        var value = load(state, use, size, base, dereferenced(state, base).plus(off));
        return signed && value instanceof Scalar scalar ? new Scalar(scalar.range().signExtend(size.bits()), scalar, null)
                : value;
    }

    private AbstractValue load(PathState state, Use use, Size size, Reg base, Pointer pointer) {
        findings.access(pointer.region());
        return switch (pointer.region()) {
            case Stack stack -> loadStack(state.frame(stack.frame()), use, size, base, pointer);
            case MapValue value -> {
                checkInside(use, size, base, pointer, value.size());
                yield unknown(size);
            }
            case Mem mem -> {
                checkInside(use, size, base, pointer, mem.size());
                yield unknown(size);
            }
            case View view -> {
                checkInside(use, size, base, pointer, view.size());
                yield unknown(size);
            }
            case Ctx _ -> {
                var packet = ContextAccess.packet(use, size, pointer);
                if (packet.isPresent()) {
                    yield packet.get();
                }
                ContextAccess.check(use, size, base, state.get(base), pointer);
                yield unknown(size);
            }
            case Arguments arguments ->
                ArgumentAccess.load(arguments, use, size, base, state.get(base), pointer, findings);
            case Map _,Task _,Packet _ -> throw invalidAccess(base, pointer);
        };
    }

    void store(PathState state, Use use, Size size, Reg base, int off, AbstractValue value) {
        var pointer = dereferenced(state, base).plus(off);
        findings.access(pointer.region());
        if (pointer.region() instanceof Stack(int frame)) {
            storeStack(state, state.frame(frame), use, size, base, pointer, value);
            return;
        }
        if (value instanceof Pointer) {
            findings.leakAddress();
        }
        switch (pointer.region()) {
            case MapValue map -> checkInside(use, size, base, pointer, map.size());
            case Mem mem -> checkInside(use, size, base, pointer, mem.size());
            case Ctx _ -> ContextAccess.check(use, size, base, state.get(base), pointer);
            case Arguments _ -> throw ArgumentAccess.store(size, pointer);
            case View _ -> throw new Rejection("cannot write into %s: %s", pointer.typeName(), base);
            case Map _,Task _,Packet _,Stack _ -> throw invalidAccess(base, pointer);
        }
    }

    /// Atomic read-modify-write; returns the old value. The kernel checks it like a helper's access, which must be at a constant offset of the stack.
    AbstractValue exchange(PathState state, Size size, Reg base, int off, AbstractValue operand) {
        var pointer = dereferenced(state, base).plus(off);
        if (pointer.region() instanceof Stack && !pointer.isFixed()) {
            throw new Rejection("variable offset stack pointer cannot be passed into helper function: %s is %s", base, pointer);
        }
        var old = load(state, Use.ATOMIC_READ, size, false, base, off);
        if (old instanceof Pointer || operand instanceof Pointer) {
            findings.leakAddress();
        }
        store(state, Use.ATOMIC_WRITE, size, base, off, Scalar.unknown());
        return old;
    }

    /// Checks memory that a helper reads.
    void readBytes(PathState state, Reg reg, int length) {
        var pointer = (Pointer) state.read(reg);
        switch (pointer.region()) {
            case MapValue value -> checkInside(reg, pointer, length, value.size());
            case Mem mem -> checkInside(reg, pointer, length, mem.size());
            case Stack(int index) -> {
                var frame = state.frame(index);
                checkOnStack(Use.READ, length, reg, pointer);
                int min = least(pointer);
                int span = length + greatest(pointer) - min;
                findings.useStack(frame.function(), min, min + span);
                readStack(frame, min, span);
            }
            case Ctx _,Arguments _,View _,Map _,Task _,Packet _ -> throw invalidAccess(reg, pointer);
        }
    }

    /// Checks memory that a kfunc reads and writes.
    void modifyBytes(PathState state, Reg reg, int length) {
        readBytes(state, reg, length);
        var pointer = (Pointer) state.read(reg);
        if (pointer.region() instanceof Stack(int index)) {
            int min = least(pointer);
            state.frame(index).storeSomewhere(min, length + greatest(pointer) - min);
        }
    }

    private static Pointer dereferenced(PathState state, Reg base) {
        if (state.read(base) instanceof Pointer pointer && !pointer.mayBeNull()) {
            return pointer;
        }
        throw invalidAccess(base, state.get(base));
    }

    private static Rejection invalidAccess(Reg base, AbstractValue value) {
        return new Rejection("%s invalid mem access '%s'", base, value.typeName());
    }

    private static Scalar unknown(Size size) {
        return new Scalar(ScalarRange.loaded(size, false));
    }

    private static void checkInside(Use use, Size size, Reg base, Pointer pointer, int limit) {
        checkInside(base, pointer, size.bytes(), limit);
        if (use.isAtomic()) {
            checkAligned(size, base, pointer);
        }
    }

    private static void checkInside(Reg base, Pointer pointer, int length, int limit) {
        var variable = pointer.variable().full();
        if (variable.smin() < -MAX_OFFSET || pointer.offset() + variable.smin() < 0) {
            if (pointer.isFixed()) {
                throw outside(base, pointer, pointer.offset(), length, limit);
            }
            throw new Rejection("%s min value is negative, either use unsigned index or do a if (index >=0) check: %s", base,
                    pointer);
        }
        if (Long.compareUnsigned(variable.umax(), MAX_OFFSET) >= 0) {
            throw new Rejection("%s unbounded memory access, make sure to bounds check any such access: %s", base, pointer);
        }
        if (pointer.offset() + variable.umax() + length > limit) {
            throw outside(base, pointer, pointer.offset() + variable.umax(), length, limit);
        }
    }

    private static Rejection outside(Reg base, Pointer pointer, long offset, int length, int limit) {
        return switch (pointer.region()) {
            case MapValue _ -> new Rejection("invalid access to map value, value_size=%d off=%d size=%d: %s is %s", limit, offset,
                    length, base, pointer);
            case Mem _,Stack _,Ctx _,Arguments _,View _,Map _,Task _,Packet _ -> new Rejection(
                    "invalid access to memory, mem_size=%d off=%d size=%d: %s is %s", limit, offset, length, base, pointer);
        };
    }

    private static void checkAligned(Size size, Reg base, Pointer pointer) {
        var address = pointer.variable().bits().plus(Tnum.constant(pointer.offset()));
        if ((address.max() & size.bytes() - 1) != 0) {
            var kind = pointer.region() instanceof Stack ? "stack" : "value";
            throw new Rejection("misaligned %s access size %d: %s is %s", kind, size.bytes(), base, pointer);
        }
    }

    private static void checkOnStack(Use use, int length, Reg base, Pointer pointer) {
        var variable = pointer.variable().full();
        if (variable.smin() <= -MAX_OFFSET || variable.smax() >= MAX_OFFSET) {
            throw new Rejection("invalid unbounded variable-offset %s stack %s: %s", use.phrase, base, pointer);
        }
        if (least(pointer) < -FrameState.MAX_STACK || greatest(pointer) + length > 0) {
            throw new Rejection("invalid %s stack %s off=%d size=%d: expected %d..-1", use.phrase, base,
                    least(pointer) < -FrameState.MAX_STACK ? least(pointer) : greatest(pointer), length, -FrameState.MAX_STACK);
        }
    }

    private static int least(Pointer pointer) {
        return pointer.offset() + (int) pointer.variable().full().smin();
    }

    private static int greatest(Pointer pointer) {
        return pointer.offset() + (int) pointer.variable().full().smax();
    }

    private AbstractValue loadStack(FrameState frame, Use use, Size size, Reg base, Pointer pointer) {
        checkStackAccess(frame, use, size, base, pointer);
        if (pointer.isFixed()) {
            noteUnwritten(frame, pointer.offset(), size.bytes());
            return frame.load(pointer.offset(), size, order);
        }
        int min = least(pointer);
        readStack(frame, min, greatest(pointer) + size.bytes() - min);
        return unknown(size);
    }

    /// Reads some or all of the bytes as numbers.
    private void readStack(FrameState frame, int off, int length) {
        noteUnwritten(frame, off, length);
        frame.readBytes(off, length);
        if (frame.holdsPointer(off, length)) {
            findings.leakAddress();
        }
    }

    private void noteUnwritten(FrameState frame, int off, int length) {
        if (!frame.isWritten(off, length)) {
            findings.readUnwrittenStack();
        }
    }

    private void storeStack(PathState state, FrameState frame, Use use, Size size, Reg base, Pointer pointer,
            AbstractValue value) {
        checkStackAccess(frame, use, size, base, pointer);
        if (value instanceof Pointer spilled && pointer.isFixed()) {
            checkSpill(state, frame, size, spilled);
        }
        int min = least(pointer);
        int span = greatest(pointer) + size.bytes() - min;
        boolean dependsOnAddress = pointer.isFixed() ? size != Size.DW && frame.holdsPointer(min, span)
                : value instanceof Pointer || frame.holdsPointer(min, span);
        if (dependsOnAddress) {
            findings.leakAddress();
        }
        if (pointer.isFixed()) {
            frame.store(pointer.offset(), size, value);
        } else {
            frame.storeSomewhere(min, span);
        }
    }

    private void checkStackAccess(FrameState frame, Use use, Size size, Reg base, Pointer pointer) {
        checkOnStack(use, size.bytes(), base, pointer);
        checkAligned(size, base, pointer);
        findings.useStack(frame.function(), least(pointer), greatest(pointer) + size.bytes());
    }

    private static void checkSpill(PathState state, FrameState frame, Size size, Pointer spilled) {
        if (size != Size.DW) {
            throw new Rejection("invalid size of register spill: %d bytes of a %s, expected 8", size.bytes(), spilled.typeName());
        }
        if (spilled.region() instanceof Stack && frame != state.current()) {
            throw new Rejection("cannot spill pointers to stack into stack frame of the caller");
        }
    }
}
