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

/// The other instructions of a function that read a spilled value.
///
/// @param accesses those to the function's frame
record SpillUses(Program program, Subprogram function, Collection<StackAccess> accesses) {

    /// After its fill, nothing reads the eight bytes at `off` before they are written anew.
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
