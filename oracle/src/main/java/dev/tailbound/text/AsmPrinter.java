package dev.tailbound.text;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Prints programs as assembly text that [AsmParser] reads back as equal programs.
///
/// One statement per line; maps by name, branch targets by label, immediates as signed decimals, 64-bit constants in hexadecimal.
public final class AsmPrinter {
    private final Program program;
    private final List<String> maps;
    private final Set<String> labels;

    private AsmPrinter(Program program, List<String> maps) {
        this.program = program;
        this.maps = maps;
        labels = new HashSet<>(program.labels().values());
    }

    /// The whole body: labels at the margin, instructions indented by four.
    public static String print(Program program, List<String> maps) {
        var printer = new AsmPrinter(program, maps);
        var body = new StringBuilder();
        for (int i = 0; i < program.size(); i++) {
            var label = program.labels().get(i);
            if (label != null) {
                body.append(label).append(":\n");
            }
            body.append("    ").append(printer.text(program.insn(i))).append('\n');
        }
        return body.toString();
    }

    /// Only the instruction at `index`, such as `r2 s>>= 65`; `maps` are the names of the case's maps.
    public static String print(Program program, int index, List<String> maps) {
        return new AsmPrinter(program, maps).text(program.insn(index));
    }

    private String text(Insn insn) {
        return switch (insn) {
            // @formatter:off
            case Insn.Alu(var width, var op, var dst, var src)     -> dst.symbol(width) + " " + op.symbol() + " " + text(src, width);
            case Insn.Neg(var width, var dst)                      -> dst.symbol(width) + " = -" + dst.symbol(width);
            case Insn.Mov(var width, var dst, var src)             -> dst.symbol(width) + " = " + text(src, width);
            case Insn.MovSx(var width, var from, var dst, var src) -> dst.symbol(width) + " = (s" + from.bits() + ")" + src.symbol(width);
            case Insn.Swap(SwapOp op, int bits, Reg dst)           -> full(dst) + " = " + op.symbol() + bits + " " + full(dst);
            case Insn.LoadImm64(Reg dst, long value)               -> full(dst) + " = 0x" + Long.toHexString(value) + " ll";
            case Insn.LoadMap(Reg dst, int map)                    -> full(dst) + " = map[" + map(map) + "] ll";
            case Insn.LoadMapValue(Reg dst, int map, int off)      -> full(dst) + " = map[" + map(map) + "][" + off + "] ll";

            case Insn.Load(var size, boolean signed, var dst, var base, int off) ->
                full(dst) + " = *" + pointer(signed ? "s" : "u", size, base, off);
            case Insn.Store(var size, var base, int off, var src) -> "*" + pointer("u", size, base, off) + " = " + text(src, width(size));
            case Insn.Atomic i -> atomic(i);
            case Insn.LoadAcquire(var size, var dst, var base, int off) ->
                dst.symbol(width(size)) + " = load_acquire(" + pointer("u", size, base, off) + ")";
            case Insn.StoreRelease(var size, var base, int off, var src) ->
                "store_release(" + pointer("u", size, base, off) + ", " + src.symbol(width(size)) + ")";

            case Insn.Jump(boolean far, int target) -> (far ? "gotol " : "goto ") + label(target);
            case Insn.JumpIf(var width, var cond, var dst, var src, int target) ->
                "if " + dst.symbol(width) + " " + cond.symbol() + " " + text(src, width) + " goto " + label(target);
            case Insn.Call(int target)   -> "call " + label(target);
            case Insn.CallHelper(int id) -> "call " + helper(id);
            case Insn.CallKfunc call     -> "call kfunc " + call.name() + (call.off() == 0 ? "" : " off " + call.off());
            case Insn.MovPerCpu(var dst, var src) -> full(dst) + " = &(void __percpu *)(" + full(src) + ")";
            case Insn.Exit()             -> "exit";
            // @formatter:on
        };
    }

    private static String atomic(Insn.Atomic i) {
        var src = i.src().symbol(width(i.size()));
        var memory = pointer("u", i.size(), i.base(), i.off());
        var suffix = i.size() == Size.DW ? "_64(" : "32_32(";
        return switch (i.op()) {
            case ADD -> "lock *" + memory + " += " + src;
            case OR -> "lock *" + memory + " |= " + src;
            case AND -> "lock *" + memory + " &= " + src;
            case XOR -> "lock *" + memory + " ^= " + src;
            case FETCH_ADD -> src + " = atomic_fetch_add(" + memory + ", " + src + ")";
            case FETCH_OR -> src + " = atomic_fetch_or(" + memory + ", " + src + ")";
            case FETCH_AND -> src + " = atomic_fetch_and(" + memory + ", " + src + ")";
            case FETCH_XOR -> src + " = atomic_fetch_xor(" + memory + ", " + src + ")";
            case XCHG -> src + " = xchg" + suffix + address(i.base(), i.off()) + ", " + src + ")";
            case CMPXCHG -> {
                var r0 = Reg.R0.symbol(width(i.size()));
                yield r0 + " = cmpxchg" + suffix + address(i.base(), i.off()) + ", " + r0 + ", " + src + ")";
            }
        };
    }

    private static String pointer(String sign, Size size, Reg base, int off) {
        return "(" + sign + size.bits() + " *)(" + address(base, off) + ")";
    }

    private static String address(Reg base, int off) {
        return full(base) + (off < 0 ? " - " + -off : " + " + off);
    }

    private static String text(Operand operand, Width width) {
        return switch (operand) {
            case Reg reg -> reg.symbol(width);
            case Imm(int value) -> Integer.toString(value);
        };
    }

    private static String full(Reg reg) {
        return reg.symbol(Width.W64);
    }

    /// Narrow values use the register's 32-bit name, as in LLVM.
    private static Width width(Size size) {
        return size == Size.DW ? Width.W64 : Width.W32;
    }

    private String label(int target) {
        return program.labels().get(target);
    }

    /// The helper's number if it has no name, or if a label of the program hides the name.
    private String helper(int id) {
        return Helper.byId(id).map(Helper::symbol).filter(symbol -> !labels.contains(symbol))
                .orElse(Integer.toUnsignedString(id));
    }

    /// A map that the case does not have is shown by its number: the verifier rejects it, and its message shows the instruction.
    private String map(int number) {
        return number >= 0 && number < maps.size() ? maps.get(number) : Integer.toString(number);
    }
}
