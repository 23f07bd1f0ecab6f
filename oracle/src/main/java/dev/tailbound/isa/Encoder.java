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
import java.util.List;

/// Encodes a [Program] as little-endian slots of eight bytes; [Decoder] reads them back.
///
/// A [Malformed] program keeps its bytes. A map is its index in the case, in the immediate of `ld_imm64` with source 1 (map) or 2 (map value, offset
/// in the second slot).
public final class Encoder {
    private final Program program;
    private final int[] slots;
    private final ByteBuffer code;

    private Encoder(Program program) {
        this.program = program;
        slots = new int[program.size() + 1];
        for (int i = 0; i < program.size(); i++) {
            slots[i + 1] = slots[i] + program.insn(i).slots();
        }
        code = ByteBuffer.allocate(8 * slots[program.size()]).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Throws [IllegalArgumentException] if a jump is too long for its 16-bit offset. Rewritten code can be encoded, but [Decoder#decode] rejects it.
    public static byte[] encode(Program program) {
        if (program.malformed().isPresent()) {
            return bytes(program.malformed().get().slots());
        }
        var encoder = new Encoder(program);
        for (int i = 0; i < program.size(); i++) {
            encoder.insn(i);
        }
        return encoder.code.array();
    }

    private static byte[] bytes(List<Long> slots) {
        var code = ByteBuffer.allocate(Long.BYTES * slots.size()).order(ByteOrder.LITTLE_ENDIAN);
        slots.forEach(code::putLong);
        return code.array();
    }

    private void insn(int index) {
        // @formatter:off
        switch (program.insn(index)) {
            case Insn.Alu(var width, var op, var dst, Imm(int imm)) -> slot(alu(width) | op.code() | K, dst, Reg.R0, op.off(), imm);
            case Insn.Alu(var width, var op, var dst, Reg src)      -> slot(alu(width) | op.code() | X, dst, src, op.off(), 0);
            case Insn.Neg(var width, var dst)                       -> slot(alu(width) | NEG | K, dst, Reg.R0, 0, 0);
            case Insn.Mov(var width, var dst, Imm(int imm))         -> slot(alu(width) | MOV | K, dst, Reg.R0, 0, imm);
            case Insn.Mov(var width, var dst, Reg src)              -> slot(alu(width) | MOV | X, dst, src, 0, 0);
            case Insn.MovSx(var width, var from, var dst, var src)  -> slot(alu(width) | MOV | X, dst, src, from.bits(), 0);
            case Insn.Swap(var op, int bits, var dst)               -> slot(op.opcode(), dst, Reg.R0, 0, bits);

            case Insn.LoadImm64(var dst, long value)         -> wide(dst, 0, (int) value, (int) (value >>> 32));
            case Insn.LoadMap(var dst, int map)              -> wide(dst, PSEUDO_MAP, map, 0);
            case Insn.LoadMapValue(var dst, int map, int off) -> wide(dst, PSEUDO_MAP_VALUE, map, off);

            case Insn.Load(var size, boolean signed, var dst, var base, int off) ->
                slot(LDX | (signed ? MEMSX : MEM) | size.code(), dst, base, off, 0);
            case Insn.Store(var size, var base, int off, Imm(int imm)) -> slot(ST | MEM | size.code(), base, Reg.R0, off, imm);
            case Insn.Store(var size, var base, int off, Reg src)      -> slot(STX | MEM | size.code(), base, src, off, 0);
            case Insn.Atomic(var op, var size, var base, int off, var src) ->
                slot(STX | ATOMIC | size.code(), base, src, off, op.code());
            case Insn.LoadAcquire(var size, var dst, var base, int off) ->
                slot(STX | ATOMIC | size.code(), dst, base, off, LOAD_ACQUIRE);
            case Insn.StoreRelease(var size, var base, int off, var src) ->
                slot(STX | ATOMIC | size.code(), base, src, off, STORE_RELEASE);

            case Insn.Jump(boolean far, int target) when far -> slot(JMP32 | JA, Reg.R0, Reg.R0, 0, distance(index, target));
            case Insn.Jump(_, int target)                    -> slot(JMP | JA, Reg.R0, Reg.R0, nearDistance(index, target), 0);
            case Insn.JumpIf(var width, var cond, var dst, Imm(int imm), int target) ->
                slot(jmp(width) | cond.code() | K, dst, Reg.R0, nearDistance(index, target), imm);
            case Insn.JumpIf(var width, var cond, var dst, Reg src, int target) ->
                slot(jmp(width) | cond.code() | X, dst, src, nearDistance(index, target), 0);
            case Insn.Call(int target)    -> slot(JMP | CALL, Reg.R0, Reg.of(PSEUDO_CALL), 0, distance(index, target));
            case Insn.CallHelper(int id)  -> slot(JMP | CALL, Reg.R0, Reg.R0, 0, id);
            case Insn.CallKfunc(int id, int off) -> slot(JMP | CALL, Reg.R0, Reg.of(PSEUDO_KFUNC_CALL), off, id);
            case Insn.MovPerCpu(var dst, var src) -> slot(alu(Width.W64) | MOV | X, dst, src, ADDR_PERCPU, 0);
            case Insn.Exit()              -> slot(JMP | EXIT, Reg.R0, Reg.R0, 0, 0);
        }
        // @formatter:on
    }

    private void wide(Reg dst, int kind, int low, int high) {
        slot(LD_IMM64, dst, Reg.of(kind), 0, low);
        slot(0, Reg.R0, Reg.R0, 0, high);
    }

    private void slot(int opcode, Reg dst, Reg src, int off, int imm) {
        code.put((byte) opcode).put((byte) (dst.number() | src.number() << 4)).putShort((short) off).putInt(imm);
    }

    /// Distance in slots from the end of the branch.
    private int distance(int index, int target) {
        return slots[target] - slots[index + 1];
    }

    private int nearDistance(int index, int target) {
        int distance = distance(index, target);
        if (distance != (short) distance) {
            throw new IllegalArgumentException(
                    "insn %d: jump over %d slots does not fit 16 bits, use gotol".formatted(slots[index], distance));
        }
        return distance;
    }
}
