package dev.tailbound.forms;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.List;
import java.util.Locale;

/// Writes programs as in the verifier's log (`print_bpf_insn` of kernel/bpf/disasm.c), which [XlatedForm] reads back to the same instructions.
///
/// Unlike in logs, maps have names, `r2 = map[jmp_table]`, not kernel addresses, and so have calls of subprograms, `call pc+7#sub`.
/// A kfunc's module is not shown, as in logs.
public final class XlatedPrinter {
    private final Program program;
    private final List<String> maps;
    private final byte[] code;

    private XlatedPrinter(Program program, List<String> maps) {
        this.program = program;
        this.maps = maps;
        code = Encoder.encode(program);
    }

    /// The lines of all instructions; `maps` are the names of the case's maps. Throws [IllegalArgumentException] if a jump is too long to encode.
    public static String print(Program program, List<String> maps) {
        var printer = new XlatedPrinter(program, maps);
        var lines = new StringBuilder();
        for (int i = 0; i < program.size(); i++) {
            lines.append(printer.line(i)).append('\n');
        }
        return lines.toString();
    }

    private String line(int index) {
        int slot = program.slotOf(index);
        return "%d: (%02x) %s".formatted(slot, code[Long.BYTES * slot], text(index));
    }

    private String text(int index) {
        return switch (program.insn(index)) {
            // @formatter:off
            case Insn.Alu(var width, var op, var dst, var src)     -> dst.symbol(width) + " " + op.symbol() + " " + text(src, width);
            case Insn.Neg(var width, var dst)                      -> dst.symbol(width) + " = -" + dst.symbol(width);
            case Insn.Mov(var width, var dst, var src)             -> dst.symbol(width) + " = " + text(src, width);
            case Insn.MovSx(var width, var from, var dst, var src) -> dst.symbol(width) + " = (s" + from.bits() + ")" + src.symbol(width);
            case Insn.MovPerCpu(var dst, var src)                  -> full(dst) + " = &(void __percpu *)(" + full(src) + ")";
            case Insn.Swap(var op, int bits, var dst)              -> full(dst) + " = " + op.symbol() + bits + " " + full(dst);
            case Insn.LoadImm64(var dst, long value)               -> full(dst) + " = 0x" + Long.toHexString(value) + state(dst, value);
            case Insn.LoadMap(var dst, int map)                    -> full(dst) + " = map[" + maps.get(map) + "]";
            case Insn.LoadMapValue(var dst, int map, int off)      -> full(dst) + " = map[" + maps.get(map) + "][0]+" + off;
            case Insn.Load(var size, boolean signed, var dst, var base, int off) ->
                full(dst) + " = *" + memory(signed ? "s" : "u", size, base, off);
            case Insn.Store(var size, var base, int off, var src)  -> "*" + memory("u", size, base, off) + " = " + text(src, Width.W64);
            case Insn.Atomic atomic                                -> atomic(atomic);
            case Insn.LoadAcquire(var size, var dst, var base, int off) ->
                full(dst) + " = load_acquire(" + memory("u", size, base, off) + ")";
            case Insn.StoreRelease(var size, var base, int off, var src) ->
                "store_release(" + memory("u", size, base, off) + ", " + full(src) + ")";
            case Insn.Jump(boolean far, int target)                -> (far ? "gotol " : "goto ") + distance(index, target);
            case Insn.JumpIf(var width, var cond, var dst, var src, int target) ->
                "if " + dst.symbol(width) + " " + cond.symbol() + " " + compared(src, width) + " goto " + distance(index, target);
            case Insn.Call(int target)       -> "call " + distance(index, target) + "#" + program.labels().get(target);
            case Insn.CallHelper(int id)     -> "call " + Helper.byId(id).map(Helper::symbol).orElse("unknown") + "#" + id;
            case Insn.CallKfunc call         -> "call " + call.name() + "#" + call.id();
            case Insn.Exit()                 -> "exit";
            // @formatter:on
        };
    }

    private static String atomic(Insn.Atomic i) {
        var src = full(i.src());
        var memory = memory("u", i.size(), i.base(), i.off());
        var name = i.size() == Size.DW ? "atomic64_" : "atomic_";
        return switch (i.op()) {
            case ADD -> "lock *" + memory + " += " + src;
            case OR -> "lock *" + memory + " |= " + src;
            case AND -> "lock *" + memory + " &= " + src;
            case XOR -> "lock *" + memory + " ^= " + src;
            case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR -> src + " = " + name + word(i.op()) + "(" + memory + ", " + src + ")";
            case XCHG -> src + " = " + name + "xchg(" + memory + ", " + src + ")";
            case CMPXCHG -> "r0 = " + name + "cmpxchg(" + memory + ", r0, " + src + ")";
        };
    }

    private static String word(AtomicOp op) {
        return op.name().toLowerCase(Locale.ROOT);
    }

    private static String memory(String sign, Size size, Reg base, int off) {
        return "(%s%d *)(%s %+d)".formatted(sign, size.bits(), full(base), off);
    }

    private static String text(Operand operand, Width width) {
        return switch (operand) {
            case Reg reg -> reg.symbol(width);
            case Imm(int value) -> Integer.toString(value);
        };
    }

    /// The second operand of a conditional jump: kernels print immediates unsigned there.
    private static String compared(Operand operand, Width width) {
        return operand instanceof Imm(int value) ? "0x" + Integer.toHexString(value) : text(operand, width);
    }

    /// Logs say of a constant that might be an address that it is none.
    private static String state(Reg dst, long value) {
        return XlatedMaps.isAddress(value) ? " ; R%d=0x%x".formatted(dst.number(), value) : "";
    }

    private static String full(Reg reg) {
        return reg.symbol(Width.W64);
    }

    private String distance(int index, int target) {
        return "pc%+d".formatted(program.slotOf(target) - program.slotOf(index + 1));
    }
}
