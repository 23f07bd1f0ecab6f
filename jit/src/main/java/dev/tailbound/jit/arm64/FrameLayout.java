package dev.tailbound.jit.arm64;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Lowered;
import java.util.ArrayList;
import java.util.List;

/// Requirements of a function for its frame.
///
/// @param main       entered from outside and by tail calls; all others only by bpf2bpf calls
/// @param stackSize  bytes of BPF stack, rounded up to 16 for the alignment of `sp`
/// @param preserved  registers among R6..R10 that it uses, which its frame must save for the caller
/// @param deepest    the lowest offset from R10 that a load or store uses, or 0
public record FrameLayout(boolean main, int stackSize, List<Reg> preserved, int deepest) {

    private static final List<Reg> PRESERVED = List.of(Reg.R6, Reg.R7, Reg.R8, Reg.R9, Reg.R10);

    /// A main function without stack and preserved registers.
    static final FrameLayout EMPTY_MAIN = new FrameLayout(true, 0, List.of(), 0);

    public FrameLayout {
        preserved = List.copyOf(preserved);
    }

    static FrameLayout of(Lowered lowered, int subprogram) {
        var function = lowered.subprograms().get(subprogram);
        int used = lowered.registers(function);
        var preserved = new ArrayList<Reg>(PRESERVED.size());
        for (var reg : PRESERVED) {
            if ((used & reg.bit()) != 0) {
                preserved.add(reg);
            }
        }
        int deepest = 0;
        for (int i = function.start(); i < function.end(); i++) {
            deepest = Math.min(deepest, offsetFromR10(lowered.program().insn(i)));
        }
        return new FrameLayout(subprogram == 0, (function.stackDepth() + 15) & -16, preserved, deepest);
    }

    private static int offsetFromR10(Insn insn) {
        return switch (insn) {
            case Insn.Load(_, _, _, var base, var off) when base == Reg.R10 -> off;
            case Insn.Store(_, var base, var off, _) when base == Reg.R10 -> off;
            default -> 0;
        };
    }
}
