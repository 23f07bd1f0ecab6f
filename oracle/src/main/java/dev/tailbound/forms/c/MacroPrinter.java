package dev.tailbound.forms.c;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Malformed;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import java.util.List;

/// Writes a program as an array of `struct bpf_insn`, with the macros of `filter.h` that kernel and tools share.
///
/// ```
/// struct bpf_insn entry[] = {
///         BPF_MOV64_IMM(BPF_REG_0, 1),
///         BPF_EXIT_INSN(),
/// };
/// ```
/// Maps are named as variables that hold their file descriptors. [InsnReader] reads it back.
public final class MacroPrinter {
    private final Program program;
    private final List<String> maps;

    private MacroPrinter(Program program, List<String> maps) {
        this.program = program;
        this.maps = maps;
    }

    /// The array; `maps` are the names of the case's maps, in order.
    public static String print(Program program, List<String> maps) {
        return "struct bpf_insn %s[] = {\n%s};\n".formatted(identifier(program.name()), insns(program, maps));
    }

    /// The elements, one a line, each with a comma.
    public static String insns(Program program, List<String> maps) {
        var printer = new MacroPrinter(program, maps);
        var text = new StringBuilder();
        program.malformed().map(Malformed::slots).orElse(List.of()).forEach(slot -> line(text, raw(slot)));
        for (int i = 0; i < program.size(); i++) {
            line(text, printer.insn(i));
        }
        return text.toString();
    }

    /// A name of C for a name of a case, which may have dots and dollar signs.
    public static String identifier(String name) {
        return name.replace('.', '_').replace('$', '_');
    }

    private static void line(StringBuilder text, String insn) {
        text.append('\t').append(insn).append(",\n");
    }

    private static String raw(long slot) {
        return "{ 0x%02x, %d, %d, %d, %d }".formatted(slot & 0xff, slot >> 8 & 0xf, slot >> 12 & 0xf, (short) (slot >> 16),
                (int) (slot >> 32));
    }

    private String insn(int index) {
        // @formatter:off
        return switch (program.insn(index)) {
            case Insn.Alu(var width, var op, var dst, var src) when op.off() != 0 ->
                "BPF_ALU%d_%s_OFF(%s, %s, %s, %d)".formatted(width.bits(), kind(src), name(op), name(dst), operand(src), op.off());
            case Insn.Alu(var width, var op, var dst, var src) ->
                "BPF_ALU%d_%s(%s, %s, %s)".formatted(width.bits(), kind(src), name(op), name(dst), operand(src));
            case Insn.Neg(var width, var dst)          -> "BPF_ALU%d_IMM(BPF_NEG, %s, 0)".formatted(width.bits(), name(dst));
            case Insn.Mov(var width, var dst, var src) -> "BPF_MOV%d_%s(%s, %s)".formatted(width.bits(), kind(src), name(dst), operand(src));
            case Insn.MovSx(var width, var from, var dst, var src) ->
                "BPF_MOVSX%d_REG(%s, %s, %d)".formatted(width.bits(), name(dst), name(src), from.bits());
            case Insn.Swap(var op, int bits, var dst) when op == SwapOp.BSWAP -> "BPF_BSWAP(%s, %d)".formatted(name(dst), bits);
            case Insn.Swap(var op, int bits, var dst)  -> "BPF_ENDIAN(BPF_TO_%s, %s, %d)".formatted(op.name(), name(dst), bits);
            case Insn.LoadImm64(var dst, long value)   -> "BPF_LD_IMM64(%s, 0x%xULL)".formatted(name(dst), value);
            case Insn.LoadMap(var dst, int map)        -> "BPF_LD_MAP_FD(%s, %s)".formatted(name(dst), map(map));
            case Insn.LoadMapValue(var dst, int map, int off) -> "BPF_LD_MAP_VALUE(%s, %s, %d)".formatted(name(dst), map(map), off);
            case Insn.Load(var size, boolean signed, var dst, var base, int off) ->
                "BPF_LDX_MEM%s(%s, %s, %s, %d)".formatted(signed ? "SX" : "", name(size), name(dst), name(base), off);
            case Insn.Store(var size, var base, int off, Imm(int imm)) ->
                "BPF_ST_MEM(%s, %s, %d, %d)".formatted(name(size), name(base), off, imm);
            case Insn.Store(var size, var base, int off, Reg src) ->
                "BPF_STX_MEM(%s, %s, %s, %d)".formatted(name(size), name(base), name(src), off);
            case Insn.Atomic(var op, var size, var base, int off, var src) -> atomic(size, name(op), base, src, off);
            case Insn.LoadAcquire(var size, var dst, var base, int off)    -> atomic(size, "BPF_LOAD_ACQ", dst, base, off);
            case Insn.StoreRelease(var size, var base, int off, var src)   -> atomic(size, "BPF_STORE_REL", base, src, off);
            case Insn.Jump(boolean far, int target)    -> "BPF_JMP%s_A(%d)".formatted(far ? "32" : "", distance(index, target));
            case Insn.JumpIf(var width, var cond, var dst, var src, int target) -> "BPF_JMP%s_%s(%s, %s, %s, %d)".formatted(
                width == Width.W32 ? "32" : "", kind(src), name(cond), name(dst), operand(src), distance(index, target));
            case Insn.Call(int target)                 -> "BPF_CALL_REL(%d)".formatted(distance(index, target));
            case Insn.CallHelper(int id)               -> Helper.byId(id).filter(helper -> helper != Helper.TRACE)
                .map(helper -> "BPF_EMIT_CALL(%s)".formatted(Constants.functionName(helper)))
                .orElse("BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, %d)".formatted(id));
            case Insn.CallKfunc(int id, int off)       -> "BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, %d, %d)".formatted(off, id);
            case Insn.MovPerCpu(var dst, var src)      -> "BPF_MOV64_PERCPU_REG(%s, %s)".formatted(name(dst), name(src));
            case Insn.Exit()                           -> "BPF_EXIT_INSN()";
        };
        // @formatter:on
    }

    private static String atomic(Size size, String op, Reg dst, Reg src, int off) {
        return "BPF_ATOMIC_OP(%s, %s, %s, %s, %d)".formatted(name(size), op, name(dst), name(src), off);
    }

    private String map(int map) {
        return identifier(maps.get(map));
    }

    /// In slots, from after the branch.
    private int distance(int index, int target) {
        return program.slotOf(target) - program.slotOf(index + 1);
    }

    private static String kind(Operand operand) {
        return operand instanceof Reg ? "REG" : "IMM";
    }

    private static String operand(Operand operand) {
        return switch (operand) {
            case Reg reg -> name(reg);
            case Imm(int value) -> Integer.toString(value);
        };
    }

    private static String name(Reg reg) {
        return "BPF_REG_" + (reg == Reg.AX ? "AX" : reg.number());
    }

    private static String name(Size size) {
        return "BPF_" + size.name();
    }

    private static String name(Cond cond) {
        return "BPF_J" + cond.name();
    }

    /// The signed divisions have the names of the unsigned ones, and another offset.
    private static String name(AluOp op) {
        return "BPF_" + switch (op) {
            case SDIV -> AluOp.DIV.name();
            case SMOD -> AluOp.MOD.name();
            case ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, MOD, XOR, ARSH -> op.name();
        };
    }

    private static String name(AtomicOp op) {
        return op.name().startsWith("FETCH_") ? "BPF_%s | BPF_FETCH".formatted(op.name().substring("FETCH_".length()))
                : "BPF_" + op.name();
    }
}
