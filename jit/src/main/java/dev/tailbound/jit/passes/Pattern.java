package dev.tailbound.jit.passes;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.verify.ProgramFacts.StackAccess;
import java.util.BitSet;

/// Spills of registers, a call, and the fills of the same registers: `spills` instructions before `call`, and as many behind.
///
/// ```
/// *(u64 *)(r10 - 16) = r2
/// *(u64 *)(r10 - 24) = r1      the lowest slot, next to the call
/// call bpf_get_smp_processor_id
/// r1 = *(u64 *)(r10 - 24)
/// r2 = *(u64 *)(r10 - 16)
/// ```
///
/// @param lowest     the offset of the pair next to the call; each further one is eight bytes above
/// @param isFastcall the call leaves the registers alone, so that the pairs can go
record Pattern(int call, int spills, int lowest, boolean isFastcall) {
    private static final int MAX_SPILLS = 6;

    /// The pairs around a call that destroys `clobbered` in any case; no spill is part of it whose pair follows one that does not match.
    ///
    /// @param lowest  where the pair next to the call must lie; 0 for anywhere
    /// @param entries instructions that something jumps to, at which a pattern may start and where it may not go on
    static Pattern around(Program program, int call, int clobbered, int lowest, BitSet entries, boolean isFastcall) {
        int free = ((1 << MAX_SPILLS) - 1) & ~clobbered;
        int first = lowest;
        int spills = 0;
        while (call - spills - 1 >= 0 && call + spills + 1 < program.size()
                && program.insn(call - spills - 1) instanceof Insn.Store(var size, var base, int off, Reg spilled)
                && size == Size.DW && base == Reg.R10
                && program.insn(call + spills + 1).equals(new Insn.Load(Size.DW, false, spilled, Reg.R10, off))
                && (free & spilled.bit()) != 0
                && ((spills == 0 && first == 0) || off == first + Size.DW.bytes() * spills)
                && !entries.get(call - spills) && !entries.get(call + spills + 1)) {
            first = spills == 0 ? off : first;
            free &= ~spilled.bit();
            spills++;
        }
        return new Pattern(call, spills, first, isFastcall);
    }

    /// Behind its highest slot.
    int end() {
        return lowest + Size.DW.bytes() * spills;
    }

    /// Adds spills and fills to a set.
    void pairs(BitSet insns) {
        insns.set(call - spills, call);
        insns.set(call + 1, call + spills + 1);
    }

    /// The pairs next to the call as long as they fulfil a condition on the fill and the offset.
    Pattern shortened(PairTest test) {
        int stays = 0;
        while (stays < spills && test.holds(call + stays + 1, lowest + Size.DW.bytes() * stays)) {
            stays++;
        }
        return new Pattern(call, stays, lowest, isFastcall);
    }

    /// A condition on a fill and the offset that it fills from.
    @FunctionalInterface
    interface PairTest {
        boolean holds(int fill, int off);
    }

    boolean holds(int insn) {
        return insn != call && Math.abs(insn - call) <= spills;
    }

    /// The access reaches the slots of the pattern.
    boolean isTouchedBy(StackAccess access) {
        return access.from() < end() && access.to() > lowest;
    }
}
