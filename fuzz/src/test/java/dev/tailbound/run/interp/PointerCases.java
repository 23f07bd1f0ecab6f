package dev.tailbound.run.interp;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.generate.Choices;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Cases that derive numbers from pointers in every way that kernels allow, and expose them in r0, maps, the context and helper calls.
final class PointerCases {
    private static final List<Reg> NUMBERS = List.of(Reg.R0, Reg.R2, Reg.R3, Reg.R4, Reg.R5, Reg.R8, Reg.R9);
    private static final Reg CONTEXT = Reg.R6;
    private static final Reg VALUES = Reg.R7;
    /// Bytes of a map's value, and of the stack.
    private static final int MEMORY = 64;
    private static final int[] IMMEDIATES = { 0, 1, -1, 2, 7, 8, 0x55, 0xff, -8, 0x7fff, 0x10000, Integer.MAX_VALUE,
        Integer.MIN_VALUE };

    private final Choices choices;
    /// One operand in this many is a pointer.
    private final int rarity;
    private final List<Insn> code = new ArrayList<>();
    /// Registers with a pointer; the others of [#NUMBERS] contain numbers.
    private final Set<Reg> pointers = EnumSet.noneOf(Reg.class);

    private PointerCases(Choices choices) {
        this.choices = choices;
        this.rarity = choices.pick(List.of(2, 4, 16, 64));
    }

    static Case of(Choices choices) {
        var values = new BpfMap.Array("values", MEMORY, 1, new TreeMap<>());
        var updated = new BpfMap.Array("updated", MEMORY, 2, new TreeMap<>());
        var program = new Program("entry", new PointerCases(choices).program());
        return new Case("", List.of(values, updated), List.of(program), "entry", Context.Skb.defaults(), Environment.DEFAULT,
                Expectation.NONE);
    }

    private List<Insn> program() {
        code.add(new Insn.Mov(Width.W64, CONTEXT, Reg.R1));
        code.add(new Insn.LoadMapValue(VALUES, 0, 0));
        for (int at = -MEMORY; at < 0; at += Long.BYTES) {
            code.add(new Insn.Store(Size.DW, Reg.R10, at, number()));
        }
        NUMBERS.forEach(reg -> move(Width.W64, reg, choices.oneIn(rarity) ? pointer() : number()));
        for (int i = choices.between(3, 30); i > 0; i--) {
            step();
        }
        NUMBERS.stream().filter(reg -> reg != Reg.R0)
                .forEach(reg -> code.add(new Insn.Store(Size.DW, VALUES, Long.BYTES * reg.number() % MEMORY, reg)));
        code.add(new Insn.Exit());
        return code;
    }

    private void step() {
        switch (choices.below(12)) {
            case 0, 1 -> move(width(), register(), operand());
            case 2 -> {
                var base = base();
                var src = operand();
                code.add(new Insn.Store(src instanceof Reg reg && isPointer(reg) ? Size.DW : size(), base, offset(base), src));
            }
            case 3, 4 -> load();
            case 5 -> {
                int after = code.size() + 2;
                code.add(new Insn.JumpIf(width(), choices.pick(Cond.values()), choices.oneIn(2 * rarity) ? Reg.R10 : register(),
                        operand(), after));
                alu();
            }
            case 6 -> {
                var dst = register();
                var src = register();
                var width = width();
                code.add(new Insn.MovSx(width, width == Width.W64 ? choices.pick(List.of(Size.B, Size.H, Size.W)) : Size.H, dst,
                        src));
                pointers.remove(dst);
            }
            case 7 -> {
                var dst = register();
                if (!pointers.contains(dst)) {
                    code.add(choices.oneIn(2) ? new Insn.Neg(width(), dst)
                            : new Insn.Swap(choices.pick(SwapOp.values()), choices.pick(List.of(16, 32, 64)), dst));
                }
            }
            case 8 -> atomic();
            case 9 -> trace();
            case 10 -> update();
            default -> alu();
        }
    }

    private void alu() {
        var op = choices.pick(AluOp.values());
        var width = width();
        var dst = register();
        if (pointers.contains(dst)) {
            code.add(choices.oneIn(2) ? new Insn.Alu(Width.W64, AluOp.ADD, dst, new Imm(8 * choices.between(-3, 3)))
                    : new Insn.Mov(Width.W32, dst, dst));
            if (code.getLast() instanceof Insn.Mov) {
                pointers.remove(dst);
            }
            return;
        }
        if (op.isShift() && choices.oneIn(2)) {
            code.add(new Insn.Alu(width, op, dst, new Imm(choices.below(width.bits()))));
        } else {
            var src = op.isDivision() ? new Imm(choices.pick(List.of(1, 3, 8, -1, 1000))) : numberOperand();
            code.add(new Insn.Alu(width, op, dst, op.isShift() && src instanceof Imm ? dst : src));
        }
    }

    private void move(Width width, Reg dst, Operand src) {
        code.add(new Insn.Mov(width, dst, src));
        boolean isPointer = width == Width.W64 && src instanceof Reg reg && isPointer(reg);
        if (isPointer) {
            pointers.add(dst);
        } else {
            pointers.remove(dst);
        }
    }

    private boolean isPointer(Reg reg) {
        return pointers.contains(reg) || !NUMBERS.contains(reg);
    }

    /// For the verifier, a value loaded from the stack may be a pointer; a narrow load never is.
    private void load() {
        var dst = register();
        var base = base();
        code.add(new Insn.Load(base == Reg.R10 ? choices.pick(List.of(Size.B, Size.H, Size.W)) : size(), false, dst, base,
                offset(base)));
        pointers.remove(dst);
    }

    private void atomic() {
        var src = register();
        if (isPointer(src) || isPointer(Reg.R0)) {
            return;
        }
        var size = choices.oneIn(2) ? Size.W : Size.DW;
        code.add(new Insn.Atomic(choices.pick(AtomicOp.values()), size, VALUES, Long.BYTES * choices.below(8), src));
    }

    private void trace() {
        code.add(new Insn.Mov(Width.W64, Reg.R1, operand()));
        code.add(new Insn.CallHelper(Helper.TRACE));
        renewArguments();
    }

    private void update() {
        code.add(new Insn.Store(Size.W, Reg.R10, -MEMORY - 4, new Imm(choices.below(3))));
        code.add(new Insn.LoadMap(Reg.R1, 1));
        code.add(new Insn.Mov(Width.W64, Reg.R2, Reg.R10));
        code.add(new Insn.Alu(Width.W64, AluOp.ADD, Reg.R2, new Imm(-MEMORY - 4)));
        code.add(new Insn.Mov(Width.W64, Reg.R3, choices.oneIn(2) ? Reg.R10 : VALUES));
        if (((Insn.Mov) code.getLast()).src() == Reg.R10) {
            code.add(new Insn.Alu(Width.W64, AluOp.ADD, Reg.R3, new Imm(-MEMORY)));
        }
        code.add(new Insn.Mov(Width.W64, Reg.R4, new Imm(0)));
        code.add(new Insn.CallHelper(Helper.MAP_UPDATE_ELEM));
        renewArguments();
    }

    private void renewArguments() {
        pointers.remove(Reg.R0);
        List.of(Reg.R2, Reg.R3, Reg.R4, Reg.R5).forEach(reg -> move(Width.W64, reg, choices.oneIn(rarity) ? pointer()
                : number()));
    }

    private Width width() {
        return choices.pick(Width.values());
    }

    private Size size() {
        return choices.pick(Size.values());
    }

    private Reg register() {
        return choices.pick(NUMBERS);
    }

    private Reg pointer() {
        return choices.pick(List.of(CONTEXT, VALUES, Reg.R10));
    }

    private Imm number() {
        return new Imm(choices.pick(IMMEDIATES));
    }

    private Operand operand() {
        return choices.oneIn(2 * rarity) ? pointer() : choices.oneIn(4) ? number() : register();
    }

    private Operand numberOperand() {
        var reg = register();
        return isPointer(reg) ? number() : reg;
    }

    private Reg base() {
        return choices.oneIn(2) ? Reg.R10 : VALUES;
    }

    /// An offset within the range of the base.
    private int offset(Reg base) {
        return Long.BYTES * choices.below(MEMORY / Long.BYTES) - (base == Reg.R10 ? MEMORY : 0);
    }
}
