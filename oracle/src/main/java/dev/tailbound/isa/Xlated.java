package dev.tailbound.isa;

import static dev.tailbound.isa.Opcodes.CALL;
import static dev.tailbound.isa.Opcodes.JMP;
import static dev.tailbound.isa.Opcodes.LD_IMM64;
import static dev.tailbound.isa.Opcodes.PSEUDO_CALL;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

/// Decodes a program after the kernel's verifier has rewritten it ("xlated").
///
/// Helper calls, except tail calls, contain the distance from `__bpf_call_base` to the function instead of the helper's number.
public final class Xlated {
    // BPF_REG_AX follows the kernel's internal registers; newer kernels have one more.
    private static final int NEWER_AX = Reg.AX.number() + 1;

    private Xlated() {}

    /// `maps` converts a kernel map id to the index in the case; throws [BadInput] for instructions that no program of a case becomes.
    public static Program decode(String name, byte[] bytes, IntUnaryOperator maps) {
        var code = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
            int opcode = code.get(at) & 0xff;
            int dst = code.get(at + 1) & 0xf;
            int src = code.get(at + 1) >> 4 & 0xf;
            boolean namesMap = opcode == LD_IMM64 && src != 0;
            if (namesMap) {
                code.putInt(at + 4, maps.applyAsInt(code.getInt(at + 4)));
            } else if (opcode == (JMP | CALL) && src == PSEUDO_CALL) {
                // The kernel moved the distance to the offset; the immediate is the function's number.
                code.putInt(at + 4, code.getShort(at + 2)).putShort(at + 2, (short) 0);
            } else {
                code.put(at + 1, (byte) (register(src) << 4 | register(dst)));
            }
            at += opcode == LD_IMM64 ? Long.BYTES : 0;
        }
        return Decoder.decodeRewritten(name, code.array());
    }

    private static int register(int number) {
        return number == NEWER_AX ? Reg.AX.number() : number;
    }
}
