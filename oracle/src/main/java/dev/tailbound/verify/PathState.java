package dev.tailbound.verify;

import dev.tailbound.isa.Reg;

/// Abstract state at one point of a path: the frames of the main function and of all active calls.
final class PathState {
    /// `MAX_CALL_FRAMES` of kernels up to 7.1.
    static final int MAX_FRAMES = 8;

    private final FrameState[] frames = new FrameState[MAX_FRAMES];
    private int depth;

    /// Only the main function's frame.
    PathState() {
        frames[0] = new FrameState(0, -1, 0);
        depth = 1;
    }

    private PathState(PathState other) {
        depth = other.depth;
        for (int i = 0; i < depth; i++) {
            frames[i] = other.frames[i].copy();
        }
    }

    PathState copy() {
        return new PathState(this);
    }

    int depth() {
        return depth;
    }

    FrameState frame(int index) {
        return frames[index];
    }

    FrameState current() {
        return frames[depth - 1];
    }

    AbstractValue get(Reg reg) {
        return current().get(reg);
    }

    void set(Reg reg, AbstractValue value) {
        current().set(reg, value);
    }

    /// The value of a register; throws a [Rejection] if it is uninitialised.
    AbstractValue read(Reg reg) {
        var value = get(reg);
        if (value == Uninit.UNINIT) {
            throw new Rejection("%s !read_ok: not initialised on this path", reg);
        }
        return value;
    }

    void write(Reg reg, AbstractValue value) {
        if (reg == Reg.R10) {
            throw new Rejection("frame pointer is read only");
        }
        set(reg, value);
    }

    /// Enters a subprogram with copies of R1 to R5.
    void call(int function, int callSite) {
        var caller = current();
        var callee = new FrameState(function, callSite, depth);
        for (int i = Reg.R1.number(); i <= Reg.R5.number(); i++) {
            callee.set(Reg.of(i), caller.register(i));
        }
        caller.clobberCallerSaved();
        frames[depth++] = callee;
    }

    /// Leaves a subprogram with a result; returns the index of the call instruction.
    int leave(AbstractValue result) {
        int callSite = current().callSite();
        frames[--depth] = null;
        set(Reg.R0, result);
        return callSite;
    }

    /// Replaces every copy of a scalar that a branch has refined.
    void replace(Scalar before, Scalar after) {
        for (int i = 0; i < depth; i++) {
            frames[i].replace(before, after);
        }
    }

    /// Clears the read marks of all stack slots.
    void forgetReads() {
        for (int i = 0; i < depth; i++) {
            frames[i].forgetReads();
        }
    }

    void settleNull(int nullId, boolean isNull) {
        for (int i = 0; i < depth; i++) {
            frames[i].settleNull(nullId, isNull);
        }
    }
}
