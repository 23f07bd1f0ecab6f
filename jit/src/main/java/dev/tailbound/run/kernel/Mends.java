package dev.tailbound.run.kernel;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.verify.ProgramFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Instructions with workarounds for known kernel bugs.
///
/// @param map    index of the probes' map
/// @param passed offset in its value through which results are passed
record Mends(Set<Workaround> workarounds, int map, int passed) {
    private static final Set<Integer> RETURN_ERRORS = Set.of(Helper.MAP_UPDATE_ELEM.id(), Helper.MAP_DELETE_ELEM.id());
    /// Offsets below it, and those from its negative on, fit into 12 bits.
    private static final int FAR = 2048;
    private static final int WORD = 4;

    /// What replaces instruction `at`; only the first of these instructions may be jumped to.
    List<Insn> mended(int at, Insn insn, ProgramFacts facts) {
        if (workarounds.isEmpty()) {
            return List.of(insn);
        }
        var mended = new ArrayList<>(replaced(insn));
        mended.addAll(after(at, insn, facts));
        if (workarounds.contains(Workaround.ZERO_EXTENSIONS) && !facts.contextAccesses().get(at)) {
            half(insn).ifPresent(dst -> mended.addAll(shifted(dst, AluOp.RSH)));
        }
        return mended;
    }

    private List<Insn> replaced(Insn insn) {
        return switch (insn) {
            case Insn.Store(var size, var base, int off, var src) when workarounds.contains(Workaround.NEAR_STORES)
                    && (size == Size.W || size == Size.DW) && (off < -FAR || off >= FAR) && src != base && base != Reg.R10 ->
                List.of(new Insn.Alu(Width.W64, AluOp.ADD, base, new Imm(off)), new Insn.Store(size, base, 0, src),
                        new Insn.Alu(Width.W64, AluOp.ADD, base, new Imm(-off)));
            case Insn.Load(var size, boolean signed, var dst, var base, int off) when workarounds
                    .contains(Workaround.SHIFTED_LOADS) && signed && size == Size.W && off % WORD != 0 -> {
                var load = new ArrayList<Insn>(List.of(new Insn.Load(size, false, dst, base, off)));
                load.addAll(shifted(dst, AluOp.ARSH));
                yield load;
            }
            case Insn.CallHelper call when workarounds.contains(Workaround.NARROW_INDICES) && call.isTailCall() ->
                List.of(new Insn.Mov(Width.W32, Reg.R3, Reg.R3), insn);
            default -> List.of(insn);
        };
    }

    private List<Insn> after(int at, Insn insn, ProgramFacts facts) {
        // An uninitialised result cannot be stored, and no caller can read it.
        if (workarounds.contains(Workaround.OPAQUE_RESULTS) && insn instanceof Insn.Call(int target)
                && !facts.emptyResults().get(at) && facts.subprograms().get(facts.subprogramOf(target)).tailCallReachable()) {
            return List.of(
                    new Insn.LoadMapValue(Reg.R1, map, passed),
                    new Insn.Store(Size.DW, Reg.R1, 0, Reg.R0),
                    new Insn.Load(Size.DW, false, Reg.R0, Reg.R1, 0));
        }
        return workarounds.contains(Workaround.WIDE_ERRORS) && insn instanceof Insn.CallHelper(int id)
                && RETURN_ERRORS.contains(id) ? shifted(Reg.R0, AluOp.ARSH) : List.of();
    }

    /// Extends the lower half of the register to 64 bits.
    private static List<Insn> shifted(Reg reg, AluOp back) {
        return List.of(new Insn.Alu(Width.W64, AluOp.LSH, reg, new Imm(Integer.SIZE)),
                new Insn.Alu(Width.W64, back, reg, new Imm(Integer.SIZE)));
    }

    /// The register whose lower half the instruction defines and whose upper half it clears.
    private static Optional<Reg> half(Insn insn) {
        return switch (insn) {
            case Insn.Alu(var width, _, var dst, _) when width == Width.W32 -> Optional.of(dst);
            case Insn.Mov(var width, var dst, _) when width == Width.W32 -> Optional.of(dst);
            case Insn.MovSx(var width, _, var dst, _) when width == Width.W32 -> Optional.of(dst);
            case Insn.Neg(var width, var dst) when width == Width.W32 -> Optional.of(dst);
            case Insn.Swap(_, int bits, var dst) when bits < Long.SIZE -> Optional.of(dst);
            case Insn.Load(var size, boolean signed, var dst, _, _) when size != Size.DW && !signed -> Optional.of(dst);
            case Insn.LoadAcquire(var size, var dst, _, _) when size != Size.DW -> Optional.of(dst);
            case Insn.Atomic(var op, var size, _, _, var src) when size == Size.W && op.fetches() ->
                Optional.of(op == AtomicOp.CMPXCHG ? Reg.R0 : src);
            default -> Optional.empty();
        };
    }
}
