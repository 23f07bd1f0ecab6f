package dev.tailbound.run.kernel;

import dev.tailbound.cases.Context;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.verify.ProgramFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Instructions put into a program that show what a test run does not: how many programs were entered, and r0 in 64 bits.
///
/// They use registers that hold nothing where they stand, after the entry and before the exits of the main function, and a map of their own;
/// whatever the program computes stays the same. The exit that is run last is that of the first frame, so what it stores is the run's result.
///
/// ```
/// entry:  r2 = map[probes][8] ll        exit:  r1 = map[probes][0] ll
///         r3 = 1                               *(u64 *)(r1 + 0) = r0
///         lock *(u64 *)(r2 + 0) += r3          exit
/// ```
///
/// @param map   position of the map after the case's own
/// @param plain adds none of these
/// @param mends what else is added
record Probes(int map, boolean plain, Set<Workaround> mends) {
    static final int VALUE_SIZE = 24;
    static final int RESULT = 0;
    static final int ENTERED = 8;
    private static final int PASSED = 16;
    private static final Set<Integer> RETURN_ERRORS = Set.of(Helper.MAP_UPDATE_ELEM.id(), Helper.MAP_DELETE_ELEM.id());

    /// For programs that are attached to others: they are no part of a chain, and no run ends in them.
    Probes none() {
        return new Probes(map, true, mends);
    }

    /// A program with its probes, and the slots at which its functions begin.
    record Probed(Program program, List<Integer> functions) {}

    /// The program with probes; `memory` is given to it in R1 and R2 where the case's context is memory, whose map is the one after the probes'.
    Probed probe(Program program, ProgramFacts facts, Context context) {
        var insns = new ArrayList<Insn>(entered());
        if (context instanceof Context.Mem(var data)) {
            insns.add(new Insn.LoadMapValue(Reg.R1, map + 1, 0));
            insns.add(new Insn.Mov(Width.W64, Reg.R2, new Imm(data.length())));
        }
        int main = facts.subprograms().getFirst().end();
        var moved = new int[program.size()];
        for (int i = 0; i < program.size(); i++) {
            moved[i] = insns.size();
            var insn = program.insn(i);
            if (insn instanceof Insn.Exit && i < main) {
                insns.addAll(leaving());
            }
            insns.add(insn);
            insns.addAll(mended(i, insn, facts));
        }
        insns.replaceAll(insn -> insn instanceof Insn.Branch branch ? branch.retarget(moved[branch.target()]) : insn);
        var probed = new Program(program.name(), insns);
        var starts = new ArrayList<Integer>();
        for (var function : facts.subprograms()) {
            starts.add(function.start() == 0 ? 0 : probed.slotOf(moved[function.start()]));
        }
        return new Probed(probed, starts);
    }

    private List<Insn> entered() {
        return plain ? List.of()
                : List.of(
                        new Insn.LoadMapValue(Reg.R2, map, ENTERED),
                        new Insn.Mov(Width.W64, Reg.R3, new Imm(1)),
                        new Insn.Atomic(AtomicOp.ADD, Size.DW, Reg.R2, 0, Reg.R3));
    }

    private List<Insn> leaving() {
        return plain ? List.of()
                : List.of(
                        new Insn.LoadMapValue(Reg.R1, map, RESULT),
                        new Insn.Store(Size.DW, Reg.R1, 0, Reg.R0));
    }

    private List<Insn> mended(int at, Insn insn, ProgramFacts facts) {
        // What no caller can read is not worth hiding, and cannot be stored.
        if (mends.contains(Workaround.OPAQUE_RESULTS) && insn instanceof Insn.Call(int target) && !facts.emptyResults().get(at)
                && facts.subprograms().get(facts.subprogramOf(target)).tailCallReachable()) {
            return List.of(
                    new Insn.LoadMapValue(Reg.R1, map, PASSED),
                    new Insn.Store(Size.DW, Reg.R1, 0, Reg.R0),
                    new Insn.Load(Size.DW, false, Reg.R0, Reg.R1, 0));
        }
        if (mends.contains(Workaround.WIDE_ERRORS) && insn instanceof Insn.CallHelper(int id) && RETURN_ERRORS.contains(id)) {
            return List.of(
                    new Insn.Alu(Width.W64, AluOp.LSH, Reg.R0, new Imm(Integer.SIZE)),
                    new Insn.Alu(Width.W64, AluOp.ARSH, Reg.R0, new Imm(Integer.SIZE)));
        }
        return List.of();
    }
}
