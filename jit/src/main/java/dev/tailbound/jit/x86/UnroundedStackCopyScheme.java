package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;

/// The copies of [StackCopyScheme] as kernels before 5.19 handed them on: read from the wrong place where the stack depth is not a multiple of 8.
///
/// The slot lies below the rounded stack, and calls reload it from below the unrounded one (fixed by ff672c67ee76).
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
