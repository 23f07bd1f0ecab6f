package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;

import dev.tailbound.isa.Size;
import dev.tailbound.run.TailCallRule;

/// A copy of the count in every frame, passed down in rax and lost on return: kernels 5.10 to 6.11.
///
/// Each frame has one slot; the count is its upper half, and calls pass on the whole slot. A callee's tail calls no longer count after it returns, so
/// a run with several calls can take more than 33. An empty array slot also counts.
public class StackCopyScheme implements TailCallScheme {

    @Override
    public String name() {
        return "stack-copy";
    }

    @Override
    public void entry(Assembler asm, FrameEmitter frame) {
        if (frame.countsTailCalls() && frame.isMain()) {
            asm.alu(Arith.XOR, W32, RAX, RAX);
        } else {
            asm.nop(entryLength());
        }
    }

    @Override
    public int entryLength() {
        return 2;
    }

    @Override
    public void openSlots(Assembler asm, FrameEmitter frame) {
        asm.push(RAX);
    }

    @Override
    public void beforeCall(Assembler asm, FrameEmitter frame) {
        asm.mov(W64, RAX, frame.belowStack(8));
    }

    @Override
    public void test(Assembler asm, FrameEmitter frame, Label out) {
        asm.mov(W32, RAX, frame.belowStack(4));
        asm.aluImm8(Arith.CMP, W32, RAX, limit());
        asm.jcc(Condition.AE, out);
        asm.aluImm8(Arith.ADD, W32, RAX, 1);
        asm.mov(Size.W, frame.belowStack(4), RAX);
    }

    @Override
    public void count(Assembler asm, FrameEmitter frame) {
        // Already done before the slot is read.
    }

    @Override
    public void closeSlots(Assembler asm, FrameEmitter frame) {
        asm.pop(RAX);
    }

    protected int limit() {
        return TailCallRule.MAX_TAIL_CALL_CNT;
    }
}
