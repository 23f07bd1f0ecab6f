package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.RSP;

import dev.tailbound.run.TailCallRule;

/// One count per run in the main program's frame, and a pointer to it in each frame: kernels from 6.12 on.
///
/// At the entry of a main program rax is the count itself (0, or the predecessor's count); in its callees it is a pointer to the count. They can be
/// distinguished because addresses are larger than counts. Each frame has two slots: the count or a copy of the pointer, and below it the pointer.
public class PointerScheme implements TailCallScheme {

    @Override
    public String name() {
        return "pointer";
    }

    @Override
    public void entry(Assembler asm, FrameEmitter frame) {
        if (frame.countsTailCalls() && frame.isMain()) {
            asm.alu(Arith.XOR, W64, RAX, RAX);
        } else {
            asm.nop(entryLength());
        }
    }

    @Override
    public int entryLength() {
        return 3;
    }

    @Override
    public void openSlots(Assembler asm, FrameEmitter frame) {
        if (frame.isMain()) {
            var pointer = new Label();
            var done = new Label();
            asm.aluImm8(Arith.CMP, W64, RAX, limit());
            asm.jcc(Condition.A, pointer);
            asm.push(RAX);
            asm.mov(W64, RAX, RSP);
            asm.jmp(done);
            asm.bind(pointer);
            asm.push(RAX);
            asm.bind(done);
            asm.push(RAX);
        } else {
            asm.push(RAX);
            asm.push(RAX);
        }
    }

    @Override
    public void beforeCall(Assembler asm, FrameEmitter frame) {
        asm.mov(W64, RAX, frame.belowStack(16));
    }

    @Override
    public void test(Assembler asm, FrameEmitter frame, Label out) {
        asm.mov(W64, RAX, frame.belowStack(16));
        asm.aluImm8(Arith.CMP, W64, Address.at(RAX), limit());
        asm.jcc(Condition.AE, out);
    }

    @Override
    public void count(Assembler asm, FrameEmitter frame) {
        asm.aluImm8(Arith.ADD, W64, Address.at(RAX), 1);
    }

    @Override
    public void closeSlots(Assembler asm, FrameEmitter frame) {
        asm.pop(RAX);
        asm.pop(RAX);
    }

    protected int limit() {
        return TailCallRule.MAX_TAIL_CALL_CNT;
    }
}
