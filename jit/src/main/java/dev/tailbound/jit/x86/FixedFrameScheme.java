package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.RBX;

import dev.tailbound.isa.Size;
import dev.tailbound.run.TailCallRule;

/// A count in a frame that is the same for all functions and that tail calls keep: kernels before 5.10.
///
/// Each function that is called, subprograms included, starts its frame with a count of 0. Those kernels therefore refused programs with both tail calls and
/// subprograms; here such programs are compiled, so that what would have come of it can be seen.
public class FixedFrameScheme implements TailCallScheme {
    /// From the end of the BPF stack to the count: four saved registers, and the lower half of the slot.
    private static final int COUNT = 4 * 8 + 4;

    @Override
    public String name() {
        return "fixed-frame";
    }

    @Override
    public boolean keepsFrame() {
        return true;
    }

    @Override
    public void entry(Assembler asm, FrameEmitter frame) {
        // The count is made at the prologue's end.
    }

    @Override
    public int entryLength() {
        return 0;
    }

    @Override
    public boolean passesCount() {
        return false;
    }

    @Override
    public void openSlots(Assembler asm, FrameEmitter frame) {
        asm.push(0);
    }

    @Override
    public void beforeCall(Assembler asm, FrameEmitter frame) {
        // A callee counts for itself.
    }

    @Override
    public void test(Assembler asm, FrameEmitter frame, Label out) {
        asm.mov(W32, RAX, frame.belowStack(COUNT));
        asm.aluImm8(Arith.CMP, W32, RAX, limit());
        asm.jcc(Condition.AE, out);
        asm.aluImm8(Arith.ADD, W32, RAX, 1);
        asm.mov(Size.W, frame.belowStack(COUNT), RAX);
    }

    @Override
    public void count(Assembler asm, FrameEmitter frame) {
        // Done before the array's slot is looked at.
    }

    @Override
    public void closeSlots(Assembler asm, FrameEmitter frame) {
        // Into a register that is restored next.
        asm.pop(RBX);
    }

    protected int limit() {
        return TailCallRule.MAX_TAIL_CALL_CNT;
    }
}
