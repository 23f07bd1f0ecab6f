package dev.tailbound.coverage;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import dev.tailbound.text.AsmPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An instruction without its registers and numbers: the opcode, and the helper, atomic operation or swap width.
///
/// `Shape.of(insn)` is one of [#all()]; it is printed as an example, such as `r1 s>>= 7`.
@SuppressWarnings("EnumOrdinal") // numbers are used in this run only, nothing stores them
public final class Shape {
    private static final Helper[] HELPERS = Helper.values();
    private static final Operand[] OPERANDS = { Reg.R2, new Imm(7) };

    // First numbers of the kinds of instructions.
    private static final int ALU = 0;
    private static final int NEG = ALU + 2 * 2 * AluOp.values().length;
    private static final int MOV = NEG + 2;
    private static final int MOVSX = MOV + 4;
    private static final int SWAP = MOVSX + 2 * 3;
    private static final int CONSTANT = SWAP + 3 * SwapOp.values().length;
    private static final int LOAD = CONSTANT + 3;
    private static final int STORE = LOAD + 2 * 4;
    private static final int ATOMIC = STORE + 2 * 4;
    private static final int ACQUIRE = ATOMIC + 2 * AtomicOp.values().length;
    private static final int RELEASE = ACQUIRE + 4;
    private static final int JUMP = RELEASE + 4;
    private static final int JUMP_IF = JUMP + 2;
    private static final int CALL = JUMP_IF + 2 * 2 * Cond.values().length;
    private static final int EXIT = CALL + 1;
    private static final int HELPER = EXIT + 1;

    private static final int KFUNC = HELPER + HELPERS.length;

    private static final Shape[] BY_NUMBER = new Shape[KFUNC + Kfunc.values().length];
    private static final List<Shape> ALL = examples().stream().map(Shape::new).toList();

    private final int number;
    private final int opcode;
    private final String text;

    private Shape(Insn example) {
        var program = new Program("example", List.of(example), new TreeMap<>(Map.of(0, "target")));
        number = number(example);
        opcode = Encoder.encode(program)[0] & 0xff;
        text = AsmPrinter.print(program, 0, List.of("m"));
        BY_NUMBER[number] = this;
    }

    /// Every shape, in the order of the ISA document's chapters.
    public static List<Shape> all() {
        return ALL;
    }

    public static Shape of(Insn insn) {
        return BY_NUMBER[number(insn)];
    }

    /// The first byte of such an instruction; other shapes may have the same.
    public int opcode() {
        return opcode;
    }

    /// Unique for each shape, less than [#limit()].
    int number() {
        return number;
    }

    static int limit() {
        return BY_NUMBER.length;
    }

    @Override
    public String toString() {
        return text;
    }

    private static int number(Insn insn) {
        // @formatter:off
        return switch (insn) {
            case Insn.Alu i         -> ALU + 4 * i.op().ordinal() + 2 * i.width().ordinal() + form(i.src());
            case Insn.Neg i         -> NEG + i.width().ordinal();
            case Insn.Mov i         -> MOV + 2 * i.width().ordinal() + form(i.src());
            case Insn.MovSx i       -> MOVSX + 2 * i.from().ordinal() + i.width().ordinal();
            case Insn.Swap i        -> SWAP + 3 * i.op().ordinal() + Integer.numberOfTrailingZeros(i.bits() / 16);
            case Insn.LoadImm64 _   -> CONSTANT;
            case Insn.LoadMap _     -> CONSTANT + 1;
            case Insn.LoadMapValue _ -> CONSTANT + 2;
            case Insn.Load i        -> LOAD + 2 * i.size().ordinal() + (i.signed() ? 1 : 0);
            case Insn.Store i       -> STORE + 2 * i.size().ordinal() + form(i.src());
            case Insn.Atomic i      -> ATOMIC + 2 * i.op().ordinal() + (i.size() == Size.DW ? 1 : 0);
            case Insn.LoadAcquire i -> ACQUIRE + i.size().ordinal();
            case Insn.StoreRelease i -> RELEASE + i.size().ordinal();
            case Insn.Jump i        -> JUMP + (i.far() ? 1 : 0);
            case Insn.JumpIf i      -> JUMP_IF + 4 * i.cond().ordinal() + 2 * i.width().ordinal() + form(i.src());
            case Insn.Call _        -> CALL;
            case Insn.Exit _        -> EXIT;
            case Insn.CallHelper i  -> HELPER + Helper.byId(i.id()).orElseThrow(() ->
                    new IllegalArgumentException("no engine implements helper %d".formatted(i.id()))).ordinal();
            case Insn.CallKfunc i   -> KFUNC + Kfunc.byId(i.id()).orElseThrow(() ->
                    new IllegalArgumentException("no engine implements kfunc %d".formatted(i.id()))).ordinal();
            case Insn.MovPerCpu _   -> throw new IllegalArgumentException("not in source programs: " + insn);
        };
        // @formatter:on
    }

    private static int form(Operand src) {
        return src instanceof Imm ? 1 : 0;
    }

    private static List<Insn> examples() {
        var examples = new ArrayList<Insn>();
        for (var width : Width.values()) {
            for (var src : OPERANDS) {
                for (var op : AluOp.values()) {
                    examples.add(new Insn.Alu(width, op, Reg.R1, src));
                }
                examples.add(new Insn.Mov(width, Reg.R1, src));
                for (var cond : Cond.values()) {
                    examples.add(new Insn.JumpIf(width, cond, Reg.R1, src, 0));
                }
            }
            examples.add(new Insn.Neg(width, Reg.R1));
            for (var from : Size.values()) {
                if (from.bits() < width.bits()) {
                    examples.add(new Insn.MovSx(width, from, Reg.R1, Reg.R2));
                }
            }
        }
        for (var op : SwapOp.values()) {
            for (int bits = 16; bits <= 64; bits *= 2) {
                examples.add(new Insn.Swap(op, bits, Reg.R1));
            }
        }
        examples.addAll(List.of(new Insn.LoadImm64(Reg.R1, 7), new Insn.LoadMap(Reg.R1, 0), new Insn.LoadMapValue(Reg.R1, 0, 0)));
        for (var size : Size.values()) {
            examples.add(new Insn.Load(size, false, Reg.R1, Reg.R2, 0));
            if (size != Size.DW) {
                examples.add(new Insn.Load(size, true, Reg.R1, Reg.R2, 0));
            }
            for (var src : OPERANDS) {
                examples.add(new Insn.Store(size, Reg.R1, 0, src));
            }
            examples.add(new Insn.LoadAcquire(size, Reg.R1, Reg.R2, 0));
            examples.add(new Insn.StoreRelease(size, Reg.R1, 0, Reg.R2));
        }
        for (var op : AtomicOp.values()) {
            examples.add(new Insn.Atomic(op, Size.W, Reg.R1, 0, Reg.R2));
            examples.add(new Insn.Atomic(op, Size.DW, Reg.R1, 0, Reg.R2));
        }
        examples.addAll(List.of(new Insn.Jump(false, 0), new Insn.Jump(true, 0), new Insn.Call(0), new Insn.Exit()));
        for (var helper : HELPERS) {
            examples.add(new Insn.CallHelper(helper));
        }
        for (var kfunc : Kfunc.values()) {
            examples.add(new Insn.CallKfunc(kfunc, 0));
        }
        return examples;
    }
}
