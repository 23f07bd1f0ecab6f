package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.jit.x86.Register.RAX;

/// A separate count per tail-calling function, not passed on by calls: the first posted version of the 2020 patches for tail calls in subprograms.
///
/// The prologue of each function with a tail call zeroes rax; tail calls pass it on as in [StackCopyScheme]. A subprogram that tail-calls its calling
/// program restarts the count each time, so the chain is infinite.
public class OwnCountScheme extends StackCopyScheme {

    @Override
    public String name() {
        return "own-count";
    }

    @Override
    public void entry(Assembler asm, FrameEmitter frame) {
        if (frame.function().hasTailCall()) {
            asm.alu(Arith.XOR, W32, RAX, RAX);
        } else {
            asm.nop(entryLength());
        }
    }

    @Override
    public void beforeCall(Assembler asm, FrameEmitter frame) {
        // Callees have their own count.
    }
}
