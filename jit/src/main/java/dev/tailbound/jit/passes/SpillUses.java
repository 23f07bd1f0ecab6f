package dev.tailbound.jit.passes;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.verify.ProgramFacts.StackAccess;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/// Finds other reads of a spilled value in a function.
///
/// @param accesses accesses to the function's frame
record SpillUses(Program program, Subprogram function, Collection<StackAccess> accesses) {

    /// After this fill, nothing accesses the eight bytes at `off` before the next spill to them.
    boolean isOnlyFilled(int fill, int off) {
        var touching = new BitSet();
        for (var access : accesses) {
            if (access.from() < off + Size.DW.bytes() && access.to() > off) {
                if (access.insn() < function.start() || access.insn() >= function.end()) {
                    return false;
                }
                touching.set(access.insn());
            }
        }
        var seen = new BitSet();
        var open = new ArrayDeque<>(List.of(fill + 1));
        while (!open.isEmpty()) {
            int at = open.pop();
            if (seen.get(at) || isSpill(program.insn(at), off)) {
                continue;
            }
            seen.set(at);
            if (touching.get(at)) {
                return false;
            }
            if (program.insn(at).fallsThrough()) {
                open.push(at + 1);
            }
            if (program.insn(at) instanceof Insn.Branch branch && !(branch instanceof Insn.Call)) {
                open.push(branch.target());
            }
        }
        return true;
    }

    private static boolean isSpill(Insn insn, int off) {
        return insn instanceof Insn.Store(var size, var base, int at, _) && size == Size.DW && base == Reg.R10 && at == off;
    }
}
