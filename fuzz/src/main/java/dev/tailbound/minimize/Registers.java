package dev.tailbound.minimize;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Reductions that give values to other registers.
final class Registers {
    private Registers() {}

    /// The program with `original` read instead of `copy` from instruction `from` on, as long as both are equal, also into calls.
    static Program readingOriginal(Program program, int from, Reg copy, Reg original) {
        var insns = new ArrayList<>(program.insns());
        readOriginal(insns, from, copy, original, new BitSet());
        return new Program(program.name(), insns, program.labels());
    }

    private static void readOriginal(List<Insn> insns, int from, Reg copy, Reg original, BitSet seen) {
        boolean scratch = copy.compareTo(Reg.R6) < 0;
        for (int i = from; i < insns.size() && !seen.get(i); i++) {
            seen.set(i);
            var insn = reading(insns.get(i), copy, original);
            insns.set(i, insn);
            if (scratch && insn instanceof Insn.Call call) {
                readOriginal(insns, call.target(), copy, original, seen);
            }
            if ((insn.writes() & (copy.bit() | original.bit())) != 0 || insn instanceof Insn.Exit) {
                return;
            }
        }
    }

    /// The program with all moves to `y` replaced by moves to `x`.
    static Program movingTo(Reg x, Reg y, Program program) {
        var insns = program.insns().stream().map(insn -> insn instanceof Insn.Mov(var width, var dst, var src) && dst == y
                ? new Insn.Mov(width, x, src)
                : insn).toList();
        return new Program(program.name(), insns, program.labels());
    }

    /// The instruction with another register read; a register that it both reads and writes is unchanged.
    private static Insn reading(Insn insn, Reg from, Reg to) {
        return switch (insn) {
            case Insn.Alu i -> new Insn.Alu(i.width(), i.op(), i.dst(), operand(i.src(), from, to));
            case Insn.Mov i -> new Insn.Mov(i.width(), i.dst(), operand(i.src(), from, to));
            case Insn.MovSx i -> new Insn.MovSx(i.width(), i.from(), i.dst(), reg(i.src(), from, to));
            case Insn.Load i -> new Insn.Load(i.size(), i.signed(), i.dst(), reg(i.base(), from, to), i.off());
            case Insn.LoadAcquire i -> new Insn.LoadAcquire(i.size(), i.dst(), reg(i.base(), from, to), i.off());
            case Insn.Store i -> new Insn.Store(i.size(), reg(i.base(), from, to), i.off(), operand(i.src(), from, to));
            case Insn.StoreRelease i -> new Insn.StoreRelease(i.size(), reg(i.base(), from, to), i.off(), reg(i.src(), from, to));
            case Insn.Atomic i -> new Insn.Atomic(i.op(), i.size(), reg(i.base(), from, to), i.off(),
                    i.fetched() == i.src() ? i.src() : reg(i.src(), from, to));
            case Insn.JumpIf i ->
                new Insn.JumpIf(i.width(), i.cond(), reg(i.dst(), from, to), operand(i.src(), from, to), i.target());
            case Insn.Neg _,Insn.Swap _,Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _,Insn.Jump _,Insn.Call _,Insn.CallHelper _,Insn.CallKfunc _,Insn.MovPerCpu _,Insn.Exit _ ->
                insn;
        };
    }

    private static Operand operand(Operand operand, Reg from, Reg to) {
        return operand == from ? to : operand;
    }

    private static Reg reg(Reg reg, Reg from, Reg to) {
        return reg == from ? to : reg;
    }
}
