package dev.tailbound.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Every instruction with corner values of its operands; branches target instruction 0 or 1.
public final class EveryInsn {
    private static final List<Reg> REGS = List.of(Reg.R0, Reg.R1, Reg.R9, Reg.R10);
    private static final int[] IMMS = { 0, 1, 10, -1, 0x7f, -0x80, 0x80, 0x7fff_ffff, 0x8000_0000 };
    private static final int[] OFFS = { 0, 1, -1, 0x7fff, -0x8000 };
    private static final List<Size> ATOMIC_SIZES = List.of(Size.W, Size.DW);

    private final List<Insn> insns = new ArrayList<>();

    private EveryInsn() {
        for (var dst : REGS) {
            arithmetic(dst);
            memory(dst);
            for (int target = 0; target < 2; target++) {
                conditionalJumps(dst, target);
            }
        }
        for (int target = 0; target < 2; target++) {
            insns.addAll(List.of(new Insn.Jump(false, target), new Insn.Jump(true, target), new Insn.Call(target)));
        }
        for (var helper : Helper.values()) {
            insns.add(new Insn.CallHelper(helper));
        }
        for (int imm : IMMS) {
            insns.add(new Insn.CallHelper(imm));
        }
        for (var kfunc : Kfunc.values()) {
            for (int off : new int[]{ 0, 1, -1, Short.MAX_VALUE }) {
                insns.add(new Insn.CallKfunc(kfunc, off));
            }
        }
        insns.add(new Insn.CallKfunc(7, 0));
        insns.add(new Insn.Exit());
    }

    public static List<Insn> insns() {
        return new EveryInsn().insns;
    }

    /// Each instruction as the first of two in a program.
    public static Stream<Program> programs() {
        return insns().stream().map(insn -> new Program("p", List.of(insn, new Insn.Exit())));
    }

    private void arithmetic(Reg dst) {
        for (var width : Width.values()) {
            insns.add(new Insn.Neg(width, dst));
            for (var src : operands()) {
                insns.add(new Insn.Mov(width, dst, src));
                for (var op : AluOp.values()) {
                    if (allowed(op, width, src)) {
                        insns.add(new Insn.Alu(width, op, dst, src));
                    }
                }
            }
        }
        for (var src : REGS) {
            for (var size : List.of(Size.B, Size.H)) {
                insns.add(new Insn.MovSx(Width.W32, size, dst, src));
                insns.add(new Insn.MovSx(Width.W64, size, dst, src));
            }
            insns.add(new Insn.MovSx(Width.W64, Size.W, dst, src));
        }
        for (var op : SwapOp.values()) {
            for (int bits = 16; bits <= 64; bits *= 2) {
                insns.add(new Insn.Swap(op, bits, dst));
            }
        }
        for (long value : new long[]{ 0, 1, -1, 0x1122_3344_5566_7788L, Long.MIN_VALUE, 0xffff_ffffL, 0x8000_0000L }) {
            insns.add(new Insn.LoadImm64(dst, value));
        }
        insns.add(new Insn.LoadMap(dst, 1));
        for (int off : IMMS) {
            insns.add(new Insn.LoadMapValue(dst, 0, off));
        }
    }

    private static boolean allowed(AluOp op, Width width, Operand src) {
        return !(src instanceof Imm(int imm)) || (op.isShift() ? imm >= 0 && imm < width.bits() : !op.isDivision() || imm != 0);
    }

    private void memory(Reg dst) {
        for (var base : REGS) {
            for (int off : OFFS) {
                for (var size : Size.values()) {
                    insns.add(new Insn.Load(size, false, dst, base, off));
                    if (size != Size.DW) {
                        insns.add(new Insn.Load(size, true, dst, base, off));
                    }
                    insns.add(new Insn.LoadAcquire(size, dst, base, off));
                    insns.add(new Insn.StoreRelease(size, dst, off, base));
                    for (var src : operands()) {
                        insns.add(new Insn.Store(size, base, off, src));
                    }
                }
                for (var size : ATOMIC_SIZES) {
                    for (var op : AtomicOp.values()) {
                        insns.add(new Insn.Atomic(op, size, dst, off, base));
                    }
                }
            }
        }
    }

    private void conditionalJumps(Reg dst, int target) {
        for (var width : Width.values()) {
            for (var cond : Cond.values()) {
                for (var src : operands()) {
                    insns.add(new Insn.JumpIf(width, cond, dst, src, target));
                }
            }
        }
    }

    private static List<Operand> operands() {
        var operands = new ArrayList<Operand>(REGS);
        for (int imm : IMMS) {
            operands.add(new Imm(imm));
        }
        return operands;
    }
}
