package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.COUNTER;
import static dev.tailbound.jit.arm64.Arm64Registers.FP;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP3;
import static dev.tailbound.jit.arm64.Register.SP;
import static dev.tailbound.jit.arm64.Register.ZR;
import static dev.tailbound.run.TailCallRule.MAX_TAIL_CALL_CNT;

import dev.tailbound.isa.Reg;
import java.util.ArrayList;
import java.util.List;

/// Kernels from 6.12 on: the count is in the frame of the main function entered from outside, and x26 points to it.
///
/// A subprogram's frame has a pair of the same size there, so that the target of its tail call finds the expected frame. Calls pass x26 on unchanged,
/// so all frames have one count.
public class PointerScheme implements TailCallScheme {
    private static final Address COUNT = new Address.Offset(COUNTER, 0);

    @Override
    public String name() {
        return "pointer";
    }

    @Override
    public void enter(MacroAssembler asm, FrameLayout frame) {
        if (frame.main()) {
            asm.push(ZR, COUNTER);
            asm.movFromSp(COUNTER);
        } else {
            asm.push(COUNTER, COUNTER);
        }
    }

    @Override
    public void allocate(MacroAssembler asm, FrameLayout frame) {
        pairs(asm, frame).forEach(pair -> asm.push(pair.lower(), pair.upper()));
        if (frame.preserved().contains(Reg.R10)) {
            asm.movFromSp(FP);
        }
        if (frame.stackSize() > 0) {
            asm.sub(W64, SP, SP, frame.stackSize());
        }
    }

    @Override
    public void release(MacroAssembler asm, FrameLayout frame) {
        if (frame.stackSize() > 0) {
            asm.add(W64, SP, SP, frame.stackSize());
        }
        pairs(asm, frame).reversed().forEach(pair -> asm.pop(pair.lower(), pair.upper()));
    }

    @Override
    public void leave(MacroAssembler asm, FrameLayout frame) {
        asm.pop(ZR, COUNTER);
    }

    /// The count is stored only when the tail call will be taken: an empty slot does not count.
    @Override
    public void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call) {
        call.checkIndex();
        asm.movConstant(TMP1, limit());
        asm.ldr(W64, TMP3, COUNT);
        asm.cmp(W64, TMP3, TMP1);
        asm.b(Condition.HS, call.out());
        asm.add(W64, TMP3, TMP3, 1);
        call.loadProgram();
        asm.str(W64, TMP3, COUNT);
        release(asm, frame);
        call.loadLanding();
        asm.br(TMP1);
    }

    @Override
    public boolean restoresBeforeTailCalls() {
        return true;
    }

    /// `sp` does not move between prologue and epilogue.
    @Override
    public Address.Offset stack(FrameLayout frame, int off) {
        return new Address.Offset(SP, off + frame.stackSize());
    }

    protected int limit() {
        return MAX_TAIL_CALL_CNT;
    }

    private record Pair(Register lower, Register upper) {}

    /// The preserved registers in pairs; a last single one is paired with zr.
    private static List<Pair> pairs(MacroAssembler asm, FrameLayout frame) {
        var registers = frame.preserved();
        var pairs = new ArrayList<Pair>(3);
        for (int i = 0; i < registers.size(); i += 2) {
            pairs.add(new Pair(asm.register(registers.get(i)), i + 1 < registers.size() ? asm.register(registers.get(i + 1))
                    : ZR));
        }
        return pairs;
    }
}
