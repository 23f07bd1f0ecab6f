package dev.tailbound.isa;

import static dev.tailbound.isa.Opcodes.ADDR_PERCPU;
import static dev.tailbound.isa.Opcodes.ATOMIC;
import static dev.tailbound.isa.Opcodes.CALL;
import static dev.tailbound.isa.Opcodes.EXIT;
import static dev.tailbound.isa.Opcodes.JA;
import static dev.tailbound.isa.Opcodes.JMP;
import static dev.tailbound.isa.Opcodes.JMP32;
import static dev.tailbound.isa.Opcodes.K;
import static dev.tailbound.isa.Opcodes.LDX;
import static dev.tailbound.isa.Opcodes.LD_IMM64;
import static dev.tailbound.isa.Opcodes.LOAD_ACQUIRE;
import static dev.tailbound.isa.Opcodes.MEM;
import static dev.tailbound.isa.Opcodes.MEMSX;
import static dev.tailbound.isa.Opcodes.MOV;
import static dev.tailbound.isa.Opcodes.NEG;
import static dev.tailbound.isa.Opcodes.PSEUDO_CALL;
import static dev.tailbound.isa.Opcodes.PSEUDO_KFUNC_CALL;
import static dev.tailbound.isa.Opcodes.PSEUDO_MAP;
import static dev.tailbound.isa.Opcodes.PSEUDO_MAP_VALUE;
import static dev.tailbound.isa.Opcodes.ST;
import static dev.tailbound.isa.Opcodes.STORE_RELEASE;
import static dev.tailbound.isa.Opcodes.STX;
import static dev.tailbound.isa.Opcodes.X;
import static dev.tailbound.isa.Opcodes.alu;
import static dev.tailbound.isa.Opcodes.jmp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Decodes a program's bytes and rejects every encoding that [Encoder] would not produce.
///
/// Stricter than kernels in one point: unused fields must be zero in all instructions, `exit` and conditional jumps included.
///
/// `Decoder.decode("p", bytes)` throws `insn 3: opcode 0x8d (callx) is not accepted`.
public final class Decoder {
    /// Kernel limit for privileged processes, in slots.
    public static final int MAX_SLOTS = 1_000_000;

    // The fields that an instruction uses; all others must be zero.
    private static final int DST = 1;
    private static final int SRC = 2;
    private static final int OFF = 4;
    private static final int IMM = 8;

    private record Row(int fields, Function<Slot, Insn> read) {}

    private static final Row[] ROWS = new Row[256];

    static {
        // @formatter:off
        for (var width : Width.values()) {
            for (var op : AluOp.values()) {
                // Signed and unsigned division share an opcode; the offset distinguishes them.
                int off = op.isDivision() ? OFF : 0;
                row(alu(width) | op.code() | K, DST | off | IMM, slot -> slot.alu(width, slot.imm()));
                row(alu(width) | op.code() | X, DST | SRC | off, slot -> slot.alu(width, slot.src()));
            }
            row(alu(width) | NEG | K, DST,             slot -> new Insn.Neg(width, slot.dst()));
            row(alu(width) | MOV | K, DST | IMM,       slot -> new Insn.Mov(width, slot.dst(), slot.imm()));
            row(alu(width) | MOV | X, DST | SRC | OFF, slot -> slot.move(width));
            for (var cond : Cond.values()) {
                row(jmp(width) | cond.code() | K, DST | OFF | IMM,
                    slot -> new Insn.JumpIf(width, cond, slot.dst(), slot.imm(), slot.target(slot.off)));
                row(jmp(width) | cond.code() | X, DST | SRC | OFF,
                    slot -> new Insn.JumpIf(width, cond, slot.dst(), slot.src(), slot.target(slot.off)));
            }
        }
        for (var op : SwapOp.values()) {
            row(op.opcode(), DST | IMM, slot -> slot.swap(op));
        }
        for (var size : Size.values()) {
            row(LDX | MEM | size.code(), DST | SRC | OFF, slot -> new Insn.Load(size, false, slot.dst(), slot.src(), slot.off));
            if (size != Size.DW) {
                row(LDX | MEMSX | size.code(), DST | SRC | OFF, slot -> new Insn.Load(size, true, slot.dst(), slot.src(), slot.off));
            }
            row(ST  | MEM | size.code(), DST | OFF | IMM, slot -> new Insn.Store(size, slot.dst(), slot.off, slot.imm()));
            row(STX | MEM | size.code(), DST | SRC | OFF, slot -> new Insn.Store(size, slot.dst(), slot.off, slot.src()));
            row(STX | ATOMIC | size.code(), DST | SRC | OFF | IMM, slot -> slot.atomic(size));
        }
        row(LD_IMM64,    DST | SRC | IMM, Slot::wide);
        row(JMP | JA,    OFF,             slot -> new Insn.Jump(false, slot.target(slot.off)));
        row(JMP32 | JA,  IMM,             slot -> new Insn.Jump(true, slot.target(slot.imm)));
        row(JMP | CALL,  SRC | OFF | IMM, Slot::call);
        row(JMP | EXIT,  0,               _ -> new Insn.Exit());
        // @formatter:on
    }

    private static void row(int opcode, int fields, Function<Slot, Insn> read) {
        ROWS[opcode] = new Row(fields, read);
    }

    private final ByteBuffer code;
    private final boolean rewritten;
    /// Per slot: index of the instruction that starts there, or -1 for the second half of an `ld_imm64`.
    private final int[] insnAt;

    private Decoder(byte[] bytes, boolean rewritten) {
        this.rewritten = rewritten;
        code = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        insnAt = new int[bytes.length / 8];
        int insn = 0;
        for (int slot = 0; slot < insnAt.length; slot++) {
            insnAt[slot] = insn++;
            if (code.get(8 * slot) == LD_IMM64 && slot + 1 < insnAt.length) {
                insnAt[++slot] = -1;
            }
        }
    }

    /// Throws [BadInput] with the slot unless the program is well-formed. Map indices are only checked to be non-negative.
    public static Program decode(String name, byte[] bytes) {
        return decode(name, bytes, false);
    }

    /// The same, but ill-formed bytes become a [Malformed] program. Throws [BadInput] if the bytes are not whole slots, or too many.
    public static Program decodeAnything(String name, byte[] bytes) {
        requireSlots(bytes);
        try {
            return decode(name, bytes);
        } catch (BadInput malformed) {
            var slots = new Long[bytes.length / Long.BYTES];
            Arrays.setAll(slots, slot -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(slot * Long.BYTES));
            return new Program(name, new Malformed(List.of(slots), malformed.getMessage()));
        }
    }

    /// The same for a rewritten program, which may use [Reg#AX] and per-CPU variables; see [Xlated].
    static Program decodeRewritten(String name, byte[] bytes) {
        return decode(name, bytes, true);
    }

    private static Program decode(String name, byte[] bytes, boolean rewritten) {
        requireSlots(bytes);
        return new Program(name, new Decoder(bytes, rewritten).insns());
    }

    private static void requireSlots(byte[] bytes) {
        if (bytes.length == 0 || bytes.length % 8 != 0) {
            throw new BadInput("", "program of %d bytes, expected a positive multiple of 8".formatted(bytes.length));
        }
        if (bytes.length / 8 > MAX_SLOTS) {
            throw new BadInput("", "program of %d slots, expected at most %d".formatted(bytes.length / 8, MAX_SLOTS));
        }
    }

    private List<Insn> insns() {
        var insns = new ArrayList<Insn>();
        for (int slot = 0; slot < insnAt.length; slot++) {
            if (insnAt[slot] >= 0) {
                insns.add(new Slot(slot).read());
            }
        }
        return insns;
    }

    /// The fields of one slot. Decodes instructions whose form depends on more than the opcode.
    private final class Slot {
        final int number;
        final int opcode;
        final int dst;
        final int src;
        final int off;
        final int imm;

        Slot(int number) {
            this.number = number;
            opcode = code.get(8 * number) & 0xff;
            dst = code.get(8 * number + 1) & 0xf;
            src = code.get(8 * number + 1) >> 4 & 0xf;
            off = code.getShort(8 * number + 2);
            imm = code.getInt(8 * number + 4);
        }

        Insn read() {
            var row = ROWS[opcode];
            if (row == null) {
                throw bad("opcode 0x%02x %s".formatted(opcode, refusal()));
            }
            requireZero(row.fields, DST, "dst", dst);
            requireZero(row.fields, SRC, "src", src);
            requireZero(row.fields, OFF, "offset", off);
            requireZero(row.fields, IMM, "immediate", imm);
            return row.read.apply(this);
        }

        private String refusal() {
            return switch (opcode) {
                case 0x20, 0x28, 0x30 -> "(LD ABS, packet access) is not supported";
                case 0x40, 0x48, 0x50 -> "(LD IND, packet access) is not supported";
                case 0x0d -> "(gotox) is not supported";
                case 0xe5 -> "(may_goto) is not supported";
                case 0x8d -> "(callx) is not accepted";
                default -> "is unknown";
            };
        }

        private void requireZero(int used, int field, String name, int value) {
            if ((used & field) == 0 && value != 0) {
                throw bad("opcode 0x%02x: reserved field %s is %d, expected 0".formatted(opcode, name, value));
            }
        }

        Reg dst() {
            return register("dst", dst);
        }

        Reg src() {
            return register("src", src);
        }

        private Reg register(String field, int number) {
            if (rewritten && number == Reg.AX.number()) {
                return Reg.AX;
            }
            if (number > Reg.R10.number()) {
                throw bad("%s is r%d, expected r0..r10".formatted(field, number));
            }
            return Reg.of(number);
        }

        Imm imm() {
            return new Imm(imm);
        }

        Insn alu(Width width, Operand operand) {
            for (var op : AluOp.values()) {
                if (op.code() == (opcode & 0xf0) && op.off() == off) {
                    return alu(width, op, dst(), operand);
                }
            }
            throw bad("offset of a division is %d, expected 0 (unsigned) or 1 (signed)".formatted(off));
        }

        private Insn alu(Width width, AluOp op, Reg dst, Operand operand) {
            try {
                return new Insn.Alu(width, op, dst, operand);
            } catch (IllegalArgumentException malformed) {
                throw new BadInput("insn %d (%s %s %d)".formatted(number, dst.symbol(width), op.symbol(), imm),
                        malformed.getMessage());
            }
        }

        Insn move(Width width) {
            if (off == 0) {
                return new Insn.Mov(width, dst(), src());
            }
            if (rewritten && off == ADDR_PERCPU && width == Width.W64) {
                return new Insn.MovPerCpu(dst(), src());
            }
            for (var from : Size.values()) {
                if (from.bits() == off && off < width.bits()) {
                    return new Insn.MovSx(width, from, dst(), src());
                }
            }
            if (off == 1 && width == Width.W64) {
                throw bad("opcode 0x%02x with offset 1 (addr_space_cast) is not supported".formatted(opcode));
            }
            throw bad("offset of a move is %d, expected 0, 8, 16%s".formatted(off, width == Width.W64 ? " or 32" : ""));
        }

        Insn swap(SwapOp op) {
            if (imm != 16 && imm != 32 && imm != 64) {
                throw bad("immediate of %s is %d, expected 16, 32 or 64".formatted(op.symbol(), imm));
            }
            return new Insn.Swap(op, imm, dst());
        }

        Insn atomic(Size size) {
            if (imm == LOAD_ACQUIRE) {
                return new Insn.LoadAcquire(size, dst(), src(), off);
            }
            if (imm == STORE_RELEASE) {
                return new Insn.StoreRelease(size, dst(), off, src());
            }
            for (var op : AtomicOp.values()) {
                if (op.code() == imm) {
                    if (size.bytes() < 4) {
                        throw bad("atomic operand of %d bits, expected 32 or 64".formatted(size.bits()));
                    }
                    return new Insn.Atomic(op, size, dst(), off, src());
                }
            }
            throw bad("atomic operation 0x%02x is unknown".formatted(imm));
        }

        Insn wide() {
            if (number + 1 == insnAt.length) {
                throw bad("ld_imm64 without its second slot, the program ends");
            }
            var second = new Slot(number + 1);
            if (second.opcode != 0 || second.dst != 0 || second.src != 0 || second.off != 0) {
                throw bad("second slot of ld_imm64 has opcode 0x%02x, dst %d, src %d, offset %d, expected zeros"
                        .formatted(second.opcode, second.dst, second.src, second.off));
            }
            return switch (src) {
                case 0 -> new Insn.LoadImm64(dst(), Integer.toUnsignedLong(imm) | ((long) second.imm << 32));
                case PSEUDO_MAP -> {
                    if (second.imm != 0) {
                        throw bad("second immediate of ld_imm64 (map) is %d, expected 0".formatted(second.imm));
                    }
                    yield new Insn.LoadMap(dst(), map());
                }
                case PSEUDO_MAP_VALUE -> new Insn.LoadMapValue(dst(), map(), second.imm);
                case 3 -> throw bad("ld_imm64 with src 3 (BTF id) is not supported");
                case 4 -> throw bad("ld_imm64 with src 4 (callback) is not supported");
                case 5, 6 ->
                    throw bad("ld_imm64 with src %d (map by fd_array index) is not supported, expected 1 or 2".formatted(src));
                default -> throw bad("ld_imm64 with src %d is unknown".formatted(src));
            };
        }

        private int map() {
            if (imm < 0) {
                throw bad("map number is %d, expected a position in the case".formatted(imm));
            }
            return imm;
        }

        Insn call() {
            if (src != PSEUDO_KFUNC_CALL) {
                requireZero(0, OFF, "offset", off);
            }
            return switch (src) {
                case 0 -> new Insn.CallHelper(imm);
                case PSEUDO_CALL -> new Insn.Call(target(imm));
                case PSEUDO_KFUNC_CALL -> new Insn.CallKfunc(imm, off);
                default -> throw bad("call with src %d is unknown".formatted(src));
            };
        }

        /// Index of the instruction `distance` slots after the next one.
        int target(int distance) {
            long target = number + 1L + distance;
            if (target < 0 || target >= insnAt.length) {
                throw bad("target slot %d is outside 0..%d".formatted(target, insnAt.length - 1));
            }
            if (insnAt[(int) target] < 0) {
                throw bad("target slot %d is the second half of the ld_imm64 at %d".formatted(target, target - 1));
            }
            return insnAt[(int) target];
        }

        private BadInput bad(String what) {
            return new BadInput("insn " + number, what);
        }
    }
}
