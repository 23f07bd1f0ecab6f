package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.jit.x86.Register.RAX;

/// A count for each function that tail-calls, which calls do not hand on: how the patches of 2020 that let subprograms tail-call were first posted.
///
/// The prologue of any function with a tail call of its own zeroes rax; tail calls hand it on as in [StackCopyScheme]. A subprogram that tail-calls
/// the program which called it starts anew each time, so that the chain has no end.
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
        // A callee counts for itself.
    }
}
