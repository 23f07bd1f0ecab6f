package dev.tailbound.isa;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/// Register spills, a call and the matching fills: `spills` instructions before `call`, and as many after.
///
/// ```
/// *(u64 *)(r10 - 16) = r2
/// *(u64 *)(r10 - 24) = r1      the lowest slot, next to the call
/// call bpf_get_smp_processor_id
/// r1 = *(u64 *)(r10 - 24)
/// r2 = *(u64 *)(r10 - 16)
/// ```
///
/// @param lowest     the offset of the innermost spill/fill pair; each further pair is eight bytes higher
/// @param isFastcall the call preserves the registers, so the pairs can be removed
public record FastcallPattern(int call, int spills, int lowest, boolean isFastcall) {
    private static final int MAX_SPILLS = 6;

    /// The patterns in one function of the program, the instructions `[start, end)`.
    ///
    /// @param anywhere a pattern may use any stack offset; otherwise its lowest slot must be the function's lowest spill
    /// @param entries  jump targets; a pattern may start at one but not contain one further on
    /// @param leavesRegisters whether a call is a `bpf_fastcall` one
    public static List<FastcallPattern> in(Program program, int start, int end, boolean anywhere, BitSet entries,
            Predicate<Insn> leavesRegisters) {
        int lowest = anywhere ? 0 : lowestSpill(program, start, end);
        var patterns = new ArrayList<FastcallPattern>();
        for (int i = start; i < end; i++) {
            int clobbered = clobbered(program.insn(i));
            if (clobbered != 0) {
                var pattern = around(program, i, clobbered, lowest, entries, leavesRegisters.test(program.insn(i)));
                if (pattern.spills() > 0) {
                    patterns.add(pattern);
                }
            }
        }
        return patterns;
    }

    private static int lowestSpill(Program program, int start, int end) {
        return program.insns().subList(start, end).stream().mapToInt(
                insn -> insn instanceof Insn.Store(var size, var base, int off, Reg _) && size == Size.DW && base == Reg.R10 ? off
                        : 0)
                .min().orElse(0);
    }

    /// Jump targets of a program, without calls.
    public static BitSet entries(Program program) {
        var entries = new BitSet();
        program.insns().forEach(insn -> {
            if (insn instanceof Insn.Branch branch && !(branch instanceof Insn.Call)) {
                entries.set(branch.target());
            }
        });
        return entries;
    }

    /// Registers that a helper or kfunc call clobbers even if it is `bpf_fastcall`: result and arguments; none for other instructions.
    private static int clobbered(Insn insn) {
        return switch (insn) {
            case Insn.CallHelper(int id) ->
                Helper.byId(id).map(helper -> registers(helper != Helper.TAIL_CALL, helper.parameters())).orElse(0);
            case Insn.CallKfunc(int id, _) ->
                Kfunc.byId(id).map(kfunc -> registers(kfunc.returnsValue(), kfunc.parameters().size())).orElse(0);
            default -> 0;
        };
    }

    private static int registers(boolean returnsValue, int parameters) {
        int arguments = ((1 << parameters) - 1) << Reg.R1.number();
        return returnsValue ? arguments | Reg.R0.bit() : arguments;
    }

    /// One of the patterns contains the instruction.
    public static boolean hold(Collection<FastcallPattern> patterns, int insn) {
        return patterns.stream().anyMatch(pattern -> pattern.holds(insn));
    }

    /// The pairs around a call that always clobbers `clobbered`, from the innermost outwards up to the first mismatch.
    ///
    /// @param lowest  required offset of the innermost pair; 0 for any
    /// @param entries jump targets; a pattern may start at one but not contain one further on
    private static FastcallPattern around(Program program, int call, int clobbered, int lowest, BitSet entries,
            boolean isFastcall) {
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
        return new FastcallPattern(call, spills, first, isFastcall);
    }

    /// End of its highest slot.
    public int end() {
        return lowest + Size.DW.bytes() * spills;
    }

    /// Adds spills and fills to a set.
    public void pairs(BitSet insns) {
        insns.set(call - spills, call);
        insns.set(call + 1, call + spills + 1);
    }

    /// Keeps pairs from the innermost outwards while they satisfy a condition on the fill and its offset.
    public FastcallPattern shortened(PairTest test) {
        int stays = 0;
        while (stays < spills && test.holds(call + stays + 1, lowest + Size.DW.bytes() * stays)) {
            stays++;
        }
        return new FastcallPattern(call, stays, lowest, isFastcall);
    }

    /// A condition on a fill and its stack offset.
    @FunctionalInterface
    public interface PairTest {
        boolean holds(int fill, int off);
    }

    boolean holds(int insn) {
        return insn != call && Math.abs(insn - call) <= spills;
    }

    /// Some of the bytes `[from, to)` are slots of the pattern.
    public boolean reachesInto(int from, int to) {
        return from < end() && to > lowest;
    }
}
