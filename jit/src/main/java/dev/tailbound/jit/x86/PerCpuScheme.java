package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;

import dev.tailbound.isa.Size;
import dev.tailbound.jit.PerCpu;
import dev.tailbound.run.TailCallRule;
import java.util.List;
import java.util.function.Consumer;

/// One count per CPU, zeroed wherever a main program is entered: the proposal of 2024 that was not merged.
///
/// Nothing is handed on and nothing pushed: the prologue calls a routine that zeroes the count, a tail call one that increments it and returns what
/// it was. Both touch rax only. The count belongs to the CPU and not to the run: a program that runs while another one is under way zeroes it for
/// both. Empty slots are counted, and attempts beyond the limit too.
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

    /// A function whose body finds the address of this CPU's count in rax.
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
        // Frames have no slot.
    }

    @Override
    public void beforeCall(Assembler asm, FrameEmitter frame) {
        // Callees find the count where everyone does.
    }

    @Override
    public void test(Assembler asm, FrameEmitter frame, Label out) {
        asm.callRoutine(FETCH_AND_INCREMENT);
        asm.aluImm8(Arith.CMP, W32, RAX, limit());
        asm.jcc(Condition.AE, out);
    }

    @Override
    public void count(Assembler asm, FrameEmitter frame) {
        // Done before the array's slot is looked at.
    }

    @Override
    public void closeSlots(Assembler asm, FrameEmitter frame) {
        // Frames have no slot.
    }

    protected int limit() {
        return TailCallRule.MAX_TAIL_CALL_CNT;
    }
}
