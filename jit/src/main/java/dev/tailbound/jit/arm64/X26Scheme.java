package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.COUNTER;
import static dev.tailbound.jit.arm64.Arm64Registers.FP;
import static dev.tailbound.jit.arm64.Arm64Registers.FP_BOTTOM;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Register.SP;
import static dev.tailbound.jit.arm64.Register.X19;
import static dev.tailbound.jit.arm64.Register.X20;
import static dev.tailbound.jit.arm64.Register.X21;
import static dev.tailbound.jit.arm64.Register.X22;
import static dev.tailbound.jit.arm64.Register.X28;
import static dev.tailbound.run.TailCallRule.MAX_TAIL_CALL_CNT;

/// Kernels 6.0 to 6.11: x26 is the count, and each frame restores its caller's.
///
/// So a subprogram's tail calls no longer count after it returns: two calls of it each have the whole remaining budget. All frames have the same
/// layout, and a tail call keeps everything except the stack.
public class X26Scheme implements TailCallScheme {

    @Override
    public String name() {
        return "x26";
    }

    @Override
    public void enter(MacroAssembler asm, FrameLayout frame) {
        asm.push(X19, X20);
        asm.push(X21, X22);
        asm.push(FP, COUNTER);
        asm.push(FP_BOTTOM, X28);
        asm.movFromSp(FP);
        if (startsCount(frame)) {
            asm.movImmediate(W64, COUNTER, 0);
        }
    }

    protected boolean startsCount(FrameLayout frame) {
        return frame.main();
    }

    @Override
    public void allocate(MacroAssembler asm, FrameLayout frame) {
        asm.sub(W64, FP_BOTTOM, FP, bottom(frame));
        asm.sub(W64, SP, SP, frame.stackSize());
    }

    @Override
    public void release(MacroAssembler asm, FrameLayout frame) {
        asm.add(W64, SP, SP, frame.stackSize());
    }

    @Override
    public void leave(MacroAssembler asm, FrameLayout frame) {
        asm.pop(FP_BOTTOM, X28);
        asm.pop(FP, COUNTER);
        asm.pop(X21, X22);
        asm.pop(X19, X20);
    }

    /// The count is incremented before the slot is checked, so an empty slot counts.
    @Override
    public void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call) {
        call.checkIndex();
        asm.movConstant(TMP1, MAX_TAIL_CALL_CNT);
        asm.cmp(W64, COUNTER, TMP1);
        asm.b(Condition.HS, call.out());
        asm.add(W64, COUNTER, COUNTER, 1);
        call.loadProgram();
        call.loadLanding();
        release(asm, frame);
        asm.br(TMP1);
    }

    @Override
    public boolean restoresBeforeTailCalls() {
        return false;
    }

    @Override
    public Address.Offset stack(FrameLayout frame, int off) {
        return bottom(frame) > 0 ? new Address.Offset(FP_BOTTOM, off + bottom(frame)) : new Address.Offset(FP, off);
    }

    /// Distance of FP_BOTTOM from R10: a multiple of 8, so the lowest access may be up to 7 bytes below it.
    private static int bottom(FrameLayout frame) {
        return -frame.deepest() & -8;
    }
}
