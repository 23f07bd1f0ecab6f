package dev.tailbound.jit.passes;

import static dev.tailbound.isa.Reg.R0;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Atomic;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Replacing;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Inserts `w0 = w0` after a 32-bit compare-and-exchange if R0 may be read as 64 bits later.
///
/// The x86 instruction keeps the upper half of rax if the exchange succeeds. Kernels consider the paths that the verifier explored; here all control
/// flow paths count, which can only add extensions.
public final class CmpxchgZeroExtension implements Replacing {
    private static final Insn EXTEND = new Insn.Mov(Width.W32, R0, R0);

    @Override
    public String name() {
        return "zext";
    }

    @Override
    public Optional<List<Insn>> replacement(Program program, int index) {
        if (program.insn(index) instanceof Atomic(var op, var size, _, _, _) && op == AtomicOp.CMPXCHG
                && size == Size.W && upperHalfIsRead(program, index + 1)) {
            return Optional.of(List.of(program.insn(index), EXTEND));
        }
        return Optional.empty();
    }

    /// Some path from here reads all of R0 before it is overwritten.
    private static boolean upperHalfIsRead(Program program, int from) {
        var seen = new BitSet(program.size());
        var open = new ArrayDeque<Integer>();
        open.push(from);
        while (!open.isEmpty()) {
            int at = open.pop();
            if (seen.get(at)) {
                continue;
            }
            seen.set(at);
            var insn = program.insn(at);
            if (readsUpperHalf(insn)) {
                return true;
            }
            if ((insn.writes() & R0.bit()) == 0) {
                if (insn.fallsThrough()) {
                    open.push(at + 1);
                }
                if (insn instanceof Insn.Branch branch) {
                    open.push(branch.target());
                }
            }
        }
        return false;
    }

    /// Any read except one of at most 32 bits; R0 is a scalar, so it is never a base register.
    private static boolean readsUpperHalf(Insn insn) {
        return switch (insn) {
            case Insn.Alu i -> i.width() == Width.W64 && (i.dst() == R0 || i.src() == R0);
            case Insn.Neg i -> i.width() == Width.W64 && i.dst() == R0;
            case Insn.Mov i -> i.width() == Width.W64 && i.src() == R0;
            case Insn.MovSx i -> i.width() == Width.W64 && i.src() == R0;
            case Insn.Swap i -> i.dst() == R0 && (i.bits() == 64 || i.op() == SwapOp.BSWAP);
            case Insn.Load i -> i.base() == R0;
            case Insn.LoadAcquire i -> i.base() == R0;
            case Insn.Store i -> i.base() == R0 || reads64(i.size(), i.src());
            case Insn.StoreRelease i -> i.base() == R0 || reads64(i.size(), i.src());
            case Insn.Atomic i -> i.base() == R0 || reads64(i.size(), i.fetched() == R0 ? R0 : i.src());
            case Insn.JumpIf i -> i.width() == Width.W64 && (i.dst() == R0 || i.src() == R0);
            case Insn.Exit _ -> true;
            case Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _,Insn.Jump _,Insn.Call _,Insn.CallHelper _,Insn.CallKfunc _ ->
                false;
            case Insn.MovPerCpu i -> i.src() == R0;
        };
    }

    private static boolean reads64(Size size, Operand src) {
        return size == Size.DW && src == R0;
    }
}
