package dev.tailbound.forms;

import static dev.tailbound.isa.Opcodes.ATOMIC;
import static dev.tailbound.isa.Opcodes.CALL;
import static dev.tailbound.isa.Opcodes.JA;
import static dev.tailbound.isa.Opcodes.JMP;
import static dev.tailbound.isa.Opcodes.JMP32;
import static dev.tailbound.isa.Opcodes.K;
import static dev.tailbound.isa.Opcodes.LDX;
import static dev.tailbound.isa.Opcodes.LD_IMM64;
import static dev.tailbound.isa.Opcodes.MEM;
import static dev.tailbound.isa.Opcodes.MEMSX;
import static dev.tailbound.isa.Opcodes.MOV;
import static dev.tailbound.isa.Opcodes.NEG;
import static dev.tailbound.isa.Opcodes.PSEUDO_CALL;
import static dev.tailbound.isa.Opcodes.PSEUDO_KFUNC_CALL;
import static dev.tailbound.isa.Opcodes.ST;
import static dev.tailbound.isa.Opcodes.STX;
import static dev.tailbound.isa.Opcodes.X;
import static dev.tailbound.isa.Opcodes.alu;
import static dev.tailbound.isa.Opcodes.jmp;

import dev.tailbound.forms.DataAssembler.Operands;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Opcodes;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// The mnemonics of bpf_conformance's assembler, and their slots.
final class DataMnemonics {
    private static final String WIDE = "lddw";
    private static final Map<String, Function<Operands, List<Slot>>> ROWS = new HashMap<>();
    private static final Map<String, Function<Operands, List<Slot>>> LOCKED = new HashMap<>();

    /// The fields of eight bytes (RFC 9669, section 3).
    record Slot(int opcode, int dst, int src, int off, int imm) {
        long bits() {
            return (opcode & 0xffL) | (dst & 0xfL) << 8 | (src & 0xfL) << 12 | (off & 0xffffL) << 16 | (long) imm << 32;
        }
    }

    static {
        // @formatter:off
        for (var width : Width.values()) {
            for (var suffix : suffixes(width)) {
                for (var op : AluOp.values()) {
                    row(lower(op) + suffix, in -> operation(in, alu(width) | op.code(), op.off()));
                }
                row("mov" + suffix, in -> operation(in, alu(width) | MOV, 0));
                row("neg" + suffix, in -> unary(in, alu(width) | NEG, 0));
                for (var cond : Cond.values()) {
                    row("j" + lower(cond) + suffix, in -> jump(in, jmp(width) | cond.code()));
                }
                for (var op : AtomicOp.values()) {
                    LOCKED.put(lower(op) + suffix, in -> atomic(in, width == Width.W64 ? Size.DW : Size.W, op));
                }
            }
            for (var from : Size.values()) {
                if (from.bits() < width.bits()) {
                    row("movsx" + from.bits() + width.bits(), in -> operation(in, alu(width) | MOV, from.bits()));
                }
            }
        }
        for (int bits = 16; bits <= 64; bits *= 2) {
            int imm = bits;
            for (var op : SwapOp.values()) {
                row(op.symbol() + bits, in -> unary(in, op.opcode(), imm));
            }
            row("swap" + bits, in -> unary(in, SwapOp.BSWAP.opcode(), imm));
        }
        for (var size : Size.values()) {
            row("ldx"  + lower(size), in -> load(in, LDX | MEM | size.code()));
            if (size != Size.DW) {
                row("ldxs" + lower(size), in -> load(in, LDX | MEMSX | size.code()));
            }
            row("st"   + lower(size), in -> store(in, ST | MEM | size.code()));
            row("stx"  + lower(size), in -> storeRegister(in, STX | MEM | size.code(), 0));
        }
        row(WIDE,    DataMnemonics::wide);
        row("ja",    in -> in.done(new Slot(JMP | JA, 0, 0, in.shortDistance(), 0)));
        row("ja32",  in -> in.done(new Slot(JMP32 | JA, 0, 0, 0, in.distance())));
        row("call",  DataMnemonics::call);
        row("callx", in -> in.done(new Slot(JMP | CALL | X, in.register(), 0, 0, 0)));
        row("exit",  in -> in.done(new Slot(JMP | Opcodes.EXIT, 0, 0, 0, 0)));
        row("lock",  DataMnemonics::locked);
        // @formatter:on
    }

    private DataMnemonics() {}

    private static void row(String mnemonic, Function<Operands, List<Slot>> encode) {
        ROWS.put(mnemonic, encode);
    }

    private static List<String> suffixes(Width width) {
        return width == Width.W64 ? List.of("", "64") : List.of("32");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// The number of slots of a statement.
    static int slots(String statement) {
        return statement.equals(WIDE) || (statement.startsWith(WIDE) && Character.isWhitespace(statement.charAt(WIDE.length())))
                ? 2
                : 1;
    }

    static List<Slot> encode(Operands in) {
        var row = ROWS.get(in.word());
        if (row == null) {
            throw in.unknown("an instruction such as mov, ldxdw, jeq or exit");
        }
        return row.apply(in);
    }

    /// `add %r0, %r1` or `add %r0, 1`
    private static List<Slot> operation(Operands in, int opcode, int off) {
        int dst = in.register();
        return in.atRegister()
                ? in.done(new Slot(opcode | X, dst, in.register(), off, 0))
                : in.done(new Slot(opcode | K, dst, 0, off, in.immediate()));
    }

    private static List<Slot> unary(Operands in, int opcode, int imm) {
        return in.done(new Slot(opcode, in.register(), 0, 0, imm));
    }

    private static List<Slot> jump(Operands in, int opcode) {
        int dst = in.register();
        boolean isRegister = in.atRegister();
        int src = isRegister ? in.register() : 0;
        int imm = isRegister ? 0 : in.immediate();
        return in.done(new Slot(opcode | (isRegister ? X : K), dst, src, in.shortDistance(), imm));
    }

    private static List<Slot> load(Operands in, int opcode) {
        int dst = in.register();
        var memory = in.memory();
        return in.done(new Slot(opcode, dst, memory.base(), memory.off(), 0));
    }

    private static List<Slot> store(Operands in, int opcode) {
        var memory = in.memory();
        return in.done(new Slot(opcode, memory.base(), 0, memory.off(), in.immediate()));
    }

    private static List<Slot> storeRegister(Operands in, int opcode, int imm) {
        var memory = in.memory();
        return in.done(new Slot(opcode, memory.base(), in.register(), memory.off(), imm));
    }

    private static List<Slot> wide(Operands in) {
        int dst = in.register();
        long value = in.immediate64();
        return in.done(new Slot(LD_IMM64, dst, 0, 0, (int) value), new Slot(0, 0, 0, 0, (int) (value >> Integer.SIZE)));
    }

    /// `call N`, `call helper N`, `call local LABEL`, `call runtime N` or `call %rN`
    private static List<Slot> call(Operands in) {
        if (in.takes("local")) {
            return in.done(new Slot(JMP | CALL, 0, PSEUDO_CALL, 0, in.distance()));
        }
        if (in.takes("runtime")) {
            return in.done(new Slot(JMP | CALL, 0, PSEUDO_KFUNC_CALL, 0, in.immediate()));
        }
        in.takes("helper");
        return in.atRegister()
                ? in.done(new Slot(JMP | CALL | X, in.register(), 0, 0, 0))
                : in.done(new Slot(JMP | CALL, 0, 0, 0, in.immediate()));
    }

    /// `lock [fetch] add [%r1+0], %r2`, also `lock fetch_add`
    private static List<Slot> locked(Operands in) {
        boolean fetches = in.takes("fetch");
        var word = in.word();
        var row = LOCKED.get(fetches && LOCKED.containsKey("fetch_" + word) ? "fetch_" + word : word);
        if (row == null) {
            throw in.unknown("an atomic operation such as add, fetch add, xchg or cmpxchg");
        }
        return row.apply(in);
    }

    private static List<Slot> atomic(Operands in, Size size, AtomicOp op) {
        return storeRegister(in, STX | ATOMIC | size.code(), op.code());
    }
}
