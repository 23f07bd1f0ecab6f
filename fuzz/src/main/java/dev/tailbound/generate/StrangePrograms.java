package dev.tailbound.generate;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
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
import dev.tailbound.isa.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Programs for comparing verifiers. They follow no validity rules, but most idioms are written as compilers or people write them.
///
/// Registers are used with any contents; pointers leak, are compared and used in arithmetic; unwritten stack bytes are read; offsets are unaligned;
/// code is dead. About half of the programs are accepted.
public final class StrangePrograms {
    private static final int VALUE_SIZE = 64;
    private static final int FEW = 4;
    private static final int SCRATCH = RegisterState.SCRATCH;
    private static final int SAVED = RegisterState.SAVED;
    private static final Size[] SIZES = Size.values();
    private static final Width[] WIDTHS = Width.values();
    private static final Cond[] CONDS = Cond.values();
    private static final AluOp[] OPS = AluOp.values();
    private static final AtomicOp[] ATOMICS = AtomicOp.values();
    private static final int[] MASKS = { 8, 8, 16, 24, 7, 15, 56 };
    private static final int[] WRITABLE = { 8, 32, 48, 52, 56, 60, 64 };
    private static final int[] FIELDS = { 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 60, 68, 72, 76, 80, 140, 152, 160,
        164, 176, 188 };

    // Maps of each case.
    private static final int ARRAY = 0;
    private static final int SEVERAL = 1;
    private static final int JUMPS = 2;

    private final Choices choices;
    private final List<Insn> code = new ArrayList<>();
    private final Map<Integer, Integer> calls = new TreeMap<>();
    /// Registers that are probably initialised, and registers with numbers.
    private int ready;
    private int numbers;

    private StrangePrograms(Choices choices) {
        this.choices = choices;
    }

    /// A case with one program. The same choices make the same one.
    public static Case generate(Choices choices) {
        return new StrangePrograms(choices).generate();
    }

    private Case generate() {
        int functions = 1 + choices.weighted(50, 35, 15);
        var starts = new ArrayList<Integer>();
        for (int function = 0; function < functions; function++) {
            starts.add(code.size());
            function(function, functions);
        }
        calls.forEach((at, function) -> code.set(at, new Insn.Call(starts.get(function))));
        var maps = List.<BpfMap>of(new BpfMap.Array("array", VALUE_SIZE, 1, new TreeMap<>()), new BpfMap.Array("several", 24, FEW,
                new TreeMap<>()), new BpfMap.ProgArray("jumps", 2, new TreeMap<>()));
        return new Case("", maps, List.of(new Program("strange", code)), "strange", Context.Skb.defaults(), Environment.DEFAULT,
                Expectation.NONE);
    }

    private void function(int number, int functions) {
        if (number == 0) {
            code.add(new Insn.Mov(Width.W64, Reg.R6, Reg.R1));
            code.add(new Insn.LoadMapValue(Reg.R7, ARRAY, 8 * choices.between(2, 3)));
            code.add(new Insn.Load(Size.W, false, Reg.R8, Reg.R6, 8));
            code.add(new Insn.Load(Size.DW, false, Reg.R9, Reg.R7, 0));
        } else {
            code.add(new Insn.Mov(Width.W64, Reg.R6, Reg.R1));
            code.add(new Insn.Mov(Width.W64, Reg.R7, Reg.R2));
            code.add(new Insn.Mov(Width.W64, Reg.R8, Reg.R3));
            code.add(new Insn.Load(Size.W, false, Reg.R9, Reg.R6, 8));
        }
        ready = SAVED | Reg.R10.bit();
        numbers = Reg.R8.bit() | Reg.R9.bit();
        // Each function is called.
        for (int callee = number + 1; callee < functions; callee++) {
            if (callee == number + 1 || choices.oneIn(2)) {
                statements(choices.below(5));
                call(callee);
            }
        }
        statements(choices.between(1, 9));
        if (number == 0 || choices.oneIn(2)) {
            code.add(choices.below(4) > 0 ? new Insn.Mov(Width.W64, Reg.R0, imm()) : new Insn.Mov(width(), Reg.R0, reg()));
        }
        code.add(new Insn.Exit());
    }

    private void call(int callee) {
        code.add(new Insn.Mov(Width.W64, Reg.R1, choices.oneIn(8) ? reg() : Reg.R6));
        code.add(new Insn.Mov(Width.W64, Reg.R2, choices.oneIn(4) ? reg() : choices.oneIn(2) ? Reg.R10 : Reg.R7));
        code.add(new Insn.Mov(Width.W64, Reg.R3, choices.oneIn(8) ? reg() : number()));
        calls.put(code.size(), callee);
        code.add(new Insn.Call(0));
        called(choices.oneIn(2));
    }

    private void called(boolean returns) {
        ready = (ready & ~SCRATCH) | (returns ? Reg.R0.bit() : 0);
        numbers &= ready;
    }

    private void statements(int count) {
        for (int i = 0; i < count; i++) {
            statement();
        }
    }

    private void statement() {
        switch (choices.weighted(14, 12, 12, 10, 8, 8, 8, 6, 8, 5, 4, 3)) {
            case 0 -> code.add(arithmetic());
            case 1 -> store(size(), Reg.R10, stackOffset());
            case 2 -> {
                var size = size();
                code.add(new Insn.Load(size, false, target(true), Reg.R10, aligned(stackOffset(), size)));
            }
            case 3 -> memory(Reg.R7, choices.between(choices.oneIn(12) ? -32 : -16, choices.oneIn(12) ? VALUE_SIZE : 32));
            case 4 -> context();
            case 5 -> variableOffset();
            case 6 -> branch();
            case 7 -> loop();
            case 8 -> helper();
            case 9 -> code.add(new Insn.Atomic(choices.pick(ATOMICS), choices.oneIn(2) ? Size.W : Size.DW, choices.oneIn(2)
                    ? Reg.R10
                    : choices.oneIn(6) ? reg() : Reg.R7, -8 * choices.between(-1, 4), choices.oneIn(3) ? reg() : number()));
            case 10 -> {
                var from = choices.oneIn(2) ? reg() : imm();
                code.add(new Insn.Mov(width(), target(!(from instanceof Reg reg) || (numbers & reg.bit()) != 0), from));
            }
            default -> memory(choices.oneIn(8) ? reg() : Reg.R7, 8 * choices.between(-2, 2));
        }
    }

    /// Arithmetic on numbers, sometimes on pointers.
    private Insn arithmetic() {
        var width = width();
        if (choices.oneIn(8)) {
            return new Insn.Neg(width, number());
        }
        boolean anything = choices.oneIn(12);
        var dst = anything ? overwritten(reg()) : number();
        var op = choices.oneIn(2) ? choices.oneIn(2) ? AluOp.ADD : AluOp.SUB : unsignedOp();
        return new Insn.Alu(width, op, dst, choices.oneIn(2) ? anything ? reg() : number() : new Imm(choices.between(1, 31)));
    }

    private static Reg overwritten(Reg reg) {
        return reg == Reg.R10 ? Reg.R9 : reg;
    }

    /// A register, probably with a number.
    private Reg number() {
        return numbers == 0 || choices.oneIn(30) ? overwritten(reg()) : Reg.of(choices.bitOf(numbers));
    }

    // Kernels before 6.6 have no signed division.
    private AluOp unsignedOp() {
        var op = choices.pick(OPS);
        return op == AluOp.SDIV ? AluOp.DIV : op == AluOp.SMOD ? AluOp.MOD : op;
    }

    private void memory(Reg base, int off) {
        var size = size();
        if (choices.oneIn(2)) {
            code.add(new Insn.Load(size, false, target(true), base, aligned(off, size)));
        } else {
            store(size, base, off);
        }
    }

    /// Addresses are usually stored as 64 bits.
    private void store(Size size, Reg base, int off) {
        var value = choices.oneIn(3) ? imm() : choices.oneIn(3) ? reg() : number();
        boolean whole = value instanceof Reg reg && (numbers & reg.bit()) == 0 && choices.below(12) > 0;
        code.add(new Insn.Store(whole ? Size.DW : size, base, aligned(off, whole ? Size.DW : size), value));
    }

    private int aligned(int off, Size size) {
        return choices.oneIn(30) ? off : off & -size.bytes();
    }

    private void context() {
        boolean load = choices.below(3) > 0;
        int field = load || choices.oneIn(10) ? choices.pick(FIELDS) : choices.pick(WRITABLE);
        int off = field + (choices.oneIn(10) ? choices.below(4) : 0);
        var size = choices.below(10) > 0 ? Size.W : size();
        code.add(load ? new Insn.Load(size, false, target(true), Reg.R6, off)
                : new Insn.Store(size, Reg.R6, off, choices.oneIn(3) ? imm() : number()));
    }

    /// Adds a bounded number to a pointer, and dereferences it.
    private void variableOffset() {
        var number = number();
        var pointer = Reg.of(choices.between(2, 5));
        ready |= pointer.bit();
        numbers &= ~pointer.bit();
        if (number == pointer) {
            return;
        }
        code.add(new Insn.Alu(width(), AluOp.AND, number, new Imm(choices.pick(MASKS))));
        boolean stack = choices.oneIn(2);
        code.add(new Insn.Mov(Width.W64, pointer, stack ? Reg.R10 : choices.oneIn(16) ? Reg.R6 : Reg.R7));
        if (stack) {
            code.add(new Insn.Alu(Width.W64, AluOp.ADD, pointer, new Imm(-8 * choices.between(4, 9))));
        }
        code.add(new Insn.Alu(Width.W64, choices.oneIn(20) ? AluOp.SUB : AluOp.ADD, pointer, number));
        if (choices.below(4) > 0) {
            memory(pointer, 8 * choices.below(2));
        }
    }

    private void branch() {
        int at = code.size();
        code.add(condition(0));
        int before = ready;
        int numbersBefore = numbers;
        statements(choices.between(1, 3));
        int otherwise = code.size();
        int after = ready;
        int numbersAfter = numbers;
        if (choices.oneIn(4)) {
            int skip = code.size();
            code.add(new Insn.Exit());
            otherwise = code.size();
            ready = before;
            numbers = numbersBefore;
            statements(choices.between(1, 2));
            code.set(skip, new Insn.Jump(false, code.size()));
            before = ready;
            numbersBefore = numbers;
        }
        ready = before & after;
        numbers = numbersBefore & numbersAfter;
        code.set(at, ((Insn.JumpIf) code.get(at)).retarget(otherwise));
    }

    private Insn condition(int target) {
        var left = choices.oneIn(5) ? reg() : number();
        Operand right = choices.oneIn(3) ? choices.oneIn(4) ? reg() : number()
                : new Imm(choices.oneIn(2) ? 0 : CornerValues.immediate(choices));
        return new Insn.JumpIf(choices.oneIn(3) ? Width.W32 : Width.W64, choices.pick(CONDS), left, right, target);
    }

    private void loop() {
        var counter = choices.oneIn(2) ? Reg.R8 : Reg.R9;
        code.add(new Insn.Mov(Width.W64, counter, new Imm(choices.between(1, 6))));
        int start = code.size();
        int before = ready;
        numbers &= ~counter.bit();
        ready &= SAVED | Reg.R10.bit();
        statements(choices.between(1, 2));
        ready |= before & SAVED;
        numbers |= counter.bit();
        code.add(new Insn.Alu(width(), AluOp.SUB, counter, new Imm(1)));
        code.add(new Insn.JumpIf(width(), choices.oneIn(2) ? Cond.NE : Cond.SGT, counter, new Imm(0), start));
    }

    private void helper() {
        switch (choices.below(7)) {
            case 0 -> {
                code.add(new Insn.CallHelper(choices.oneIn(3) ? Helper.GET_CURRENT_TASK : Helper.GET_SMP_PROCESSOR_ID));
                called(true);
            }
            case 1 -> {
                code.add(new Insn.Mov(Width.W64, Reg.R1, choices.below(4) > 0 ? Reg.R6 : reg()));
                code.add(new Insn.LoadMap(Reg.R2, choices.below(6) > 0 ? JUMPS : SEVERAL));
                code.add(new Insn.Mov(width(), Reg.R3, choices.oneIn(2) ? imm() : reg()));
                code.add(new Insn.CallHelper(Helper.TAIL_CALL));
                called(false);
            }
            case 2, 3, 4 -> {
                key();
                code.add(new Insn.CallHelper(Helper.MAP_LOOKUP_ELEM));
                called(false);
                if (choices.below(20) > 0) {
                    code.add(new Insn.JumpIf(Width.W64, Cond.EQ, Reg.R0, new Imm(0), code.size() + 2));
                }
                int off = 8 * choices.below(choices.oneIn(10) ? 4 : 3);
                code.add(choices.oneIn(2) ? new Insn.Load(Size.DW, false, saved(), Reg.R0, off)
                        : new Insn.Store(size(), Reg.R0, off, reg()));
            }
            case 5 -> {
                key();
                code.add(new Insn.Mov(Width.W64, Reg.R3, choices.oneIn(2) ? Reg.R7 : Reg.R10));
                code.add(new Insn.Alu(Width.W64, AluOp.ADD, Reg.R3, new Imm(choices.oneIn(3) ? 0 : -8 * choices.between(3, 6))));
                code.add(new Insn.Mov(Width.W64, Reg.R4, choices.below(3) > 0 ? new Imm(0) : reg()));
                code.add(new Insn.CallHelper(Helper.MAP_UPDATE_ELEM));
                called(true);
            }
            default -> {
                key();
                code.add(new Insn.CallHelper(Helper.MAP_DELETE_ELEM));
                called(true);
            }
        }
    }

    private void key() {
        int off = choices.oneIn(12) ? stackOffset() : -4 * choices.between(1, 4);
        if (choices.below(5) > 0) {
            code.add(new Insn.Store(Size.W, Reg.R10, off & -4, choices.oneIn(2) ? new Imm(choices.below(FEW + 1)) : reg()));
        }
        code.add(new Insn.LoadMap(Reg.R1, choices.below(12) > 0 ? SEVERAL : choices.below(3)));
        code.add(new Insn.Mov(Width.W64, Reg.R2, Reg.R10));
        code.add(new Insn.Alu(Width.W64, AluOp.ADD, Reg.R2, new Imm(off)));
    }

    private int stackOffset() {
        int off = -choices.between(8, choices.oneIn(20) ? 200 : 40);
        return choices.oneIn(3) ? off : off & -8;
    }

    private Size size() {
        return choices.oneIn(2) ? Size.DW : choices.pick(SIZES);
    }

    private Width width() {
        return choices.oneIn(4) ? Width.W32 : choices.pick(WIDTHS);
    }

    private Imm imm() {
        return new Imm(choices.oneIn(2) ? choices.between(-1, 16) : CornerValues.immediate(choices));
    }

    private Reg saved() {
        return Reg.of(choices.between(6, 9));
    }

    /// Usually an initialised register.
    private Reg reg() {
        return choices.oneIn(40) ? Reg.of(choices.below(11)) : Reg.of(choices.bitOf(ready));
    }

    /// A destination register, mostly for a number. The context stays in R6, and an address in R7.
    private Reg target(boolean number) {
        var reg = choices.below(3) > 0 ? Reg.of(choices.below(6)) : choices.oneIn(8) ? saved() : Reg.of(choices.between(8, 9));
        ready |= reg.bit();
        numbers = number ? numbers | reg.bit() : numbers & ~reg.bit();
        return reg;
    }
}
