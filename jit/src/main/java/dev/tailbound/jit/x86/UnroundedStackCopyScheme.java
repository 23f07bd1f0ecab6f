package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;

/// [StackCopyScheme] with the bug of kernels before 5.19: reads the count from a wrong address if the stack depth is not a multiple of 8.
///
/// The slot is below the rounded stack, but calls reload it from below the unrounded one (fixed by ff672c67ee76).
public class UnroundedStackCopyScheme extends StackCopyScheme {

    @Override
    public String name() {
        return "unrounded-copy";
    }

    @Override
    public void beforeCall(Assembler asm, FrameEmitter frame) {
        asm.mov(W64, RAX, Address.far(Register.RBP, -(frame.function().stackDepth() + 8)));
    }
}
