package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;

import dev.tailbound.isa.Size;
import dev.tailbound.jit.PerCpu;
import dev.tailbound.run.TailCallRule;
import java.util.List;
import java.util.function.Consumer;

/// One count per CPU, zeroed at each entry of a main program: a proposal of 2024 that was not merged.
///
/// Nothing is passed on or pushed: the prologue calls a routine that zeroes the count, and a tail call one that increments it and returns the old
/// value. Both change only rax. The count belongs to the CPU and not to the run: a program that runs nested in another zeroes it for both. Empty
/// slots and attempts beyond the limit also count.
public class PerCpuScheme implements TailCallScheme {
    private static final int ZERO = 0;
    private static final int FETCH_AND_INCREMENT = 1;
    private static final int CALL_LENGTH = 5;

    @Override
    public String name() {
        return "percpu";
    }

    @Override
    public List<byte[]> routines() {
        return List.of(
                routine(asm -> asm.mov(Size.W, Address.at(RAX), 0)),
                routine(asm -> {
                    asm.inc(W32, Address.at(RAX));
                    asm.mov(W32, RAX, Address.at(RAX));
                    asm.dec(W32, RAX);
                }));
    }

    /// A function whose body has the address of this CPU's count in rax.
    private static byte[] routine(Consumer<Assembler> body) {
        var asm = new Assembler();
        asm.movImm32(RAX, PerCpu.TAIL_CALL_COUNT);
        asm.addFromGs(W64, RAX, PerCpu.THIS_CPU_OFF);
        body.accept(asm);
        asm.ret();
        return asm.code().toBytes();
    }

    @Override
    public void entry(Assembler asm, FrameEmitter frame) {
        if (frame.countsTailCalls() && frame.isMain()) {
            asm.callRoutine(ZERO);
        } else {
            asm.nop(entryLength());
        }
    }

    @Override
    public int entryLength() {
        return CALL_LENGTH;
    }

    @Override
    public boolean passesCount() {
        return false;
    }

    @Override
    public void openSlots(Assembler asm, FrameEmitter frame) {
        // Frames have no slots.
    }

    @Override
    public void beforeCall(Assembler asm, FrameEmitter frame) {
        // Callees use the same per-CPU count.
    }

    @Override
    public void test(Assembler asm, FrameEmitter frame, Label out) {
        asm.callRoutine(FETCH_AND_INCREMENT);
        asm.aluImm8(Arith.CMP, W32, RAX, limit());
        asm.jcc(Condition.AE, out);
    }

    @Override
    public void count(Assembler asm, FrameEmitter frame) {
        // Already done before the slot is read.
    }

    @Override
    public void closeSlots(Assembler asm, FrameEmitter frame) {
        // Frames have no slots.
    }

    protected int limit() {
        return TailCallRule.MAX_TAIL_CALL_CNT;
    }
}
