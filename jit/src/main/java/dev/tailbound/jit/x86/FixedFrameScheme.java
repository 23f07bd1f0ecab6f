package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.RBX;

import dev.tailbound.isa.Size;
import dev.tailbound.run.TailCallRule;

/// A count in a frame of the same layout for all functions, which tail calls keep: kernels before 5.10.
///
/// Each called function, subprograms included, starts with a count of 0. Those kernels therefore rejected programs with both tail calls and
/// subprograms. Here they are compiled to show the resulting bug.
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
        // The count is initialised at the prologue's end.
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
        // Callees have their own count.
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
        // Already done before the slot is read.
    }

    @Override
    public void closeSlots(Assembler asm, FrameEmitter frame) {
        // Into a register that is restored next anyway.
        asm.pop(RBX);
    }

    protected int limit() {
        return TailCallRule.MAX_TAIL_CALL_CNT;
    }
}
