package dev.tailbound.run.kernel;

import dev.tailbound.cases.Context;
import dev.tailbound.isa.AluOp;
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

/// Instrumentation of programs for results that a test run does not return: the number of entered programs and r0 in 64 bits.
///
/// Probes are after the entry and before the exits of the main function. They use dead registers and a separate map, so the program's results stay
/// the same. The last exit of a run is that of the first frame, so the last stored value is the run's result.
///
/// ```
/// entry:  r2 = map[probes][8] ll        exit:  r1 = map[probes][0] ll
///         r3 = *(u64 *)(r2 + 0)                *(u64 *)(r1 + 0) = r0
///         r3 += 1                              exit
///         *(u64 *)(r2 + 0) = r3
/// ```
///
/// They need no atomics: a guest has one CPU, and some 32-bit JITs have none of 64 bits.
///
/// @param map   index of the probes' map, after the case's own
/// @param plain adds no probes
/// @param mends workarounds to add
record Probes(int map, boolean plain, Set<Workaround> mends) {
    /// `MAX_BPF_STACK`
    private static final int MAX_STACK = 512;
    static final int VALUE_SIZE = 24;
    static final int RESULT = 0;
    static final int ENTERED = 8;
    private static final int PASSED = 16;

    /// For attached programs: they are not part of a tail call chain, and no run ends in them.
    Probes none() {
        return new Probes(map, true, mends);
    }

    /// A program with its probes, and the start slots of its functions.
    record Probed(Program program, List<Integer> functions) {}

    /// The program with probes. For a `mem` context, it also sets R1 and R2 to the memory, which is the map after the probes'.
    Probed probe(Program program, ProgramFacts facts, Context context) {
        var insns = new ArrayList<Insn>(entered());
        if (mends.contains(Workaround.DEEP_STACKS) && facts.subprograms().size() == 1) {
            insns.add(new Insn.Store(Size.DW, Reg.R10, -MAX_STACK, new Imm(0)));
        }
        if (context instanceof Context.Mem(var data)) {
            insns.add(new Insn.LoadMapValue(Reg.R1, map + 1, 0));
            insns.add(new Insn.Mov(Width.W64, Reg.R2, new Imm(data.length())));
        }
        int main = facts.subprograms().getFirst().end();
        var fixes = new Mends(mends, map, PASSED);
        var moved = new int[program.size()];
        for (int i = 0; i < program.size(); i++) {
            moved[i] = insns.size();
            var insn = program.insn(i);
            if (insn instanceof Insn.Exit && i < main) {
                insns.addAll(leaving());
            }
            insns.addAll(fixes.mended(i, insn, facts));
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
                        new Insn.Load(Size.DW, false, Reg.R3, Reg.R2, 0),
                        new Insn.Alu(Width.W64, AluOp.ADD, Reg.R3, new Imm(1)),
                        new Insn.Store(Size.DW, Reg.R2, 0, Reg.R3));
    }

    private List<Insn> leaving() {
        return plain ? List.of()
                : List.of(
                        new Insn.LoadMapValue(Reg.R1, map, RESULT),
                        new Insn.Store(Size.DW, Reg.R1, 0, Reg.R0));
    }
}
