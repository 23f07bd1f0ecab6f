package dev.tailbound.run.processor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Machine code around an instruction: loads registers and flags from memory, runs it, and stores them. Pages: code, state, window.
final class Harness {
    /// Bytes of all pages.
    static final int BYTES = 3 * Trial.PAGE;

    // Offsets in the page of the state.
    static final int STATE = Trial.PAGE;
    static final int FLAGS = STATE + 8 * Trial.REGISTERS;
    static final int JUMPED = FLAGS + 8;
    private static final int SAVED = JUMPED + 8;

    private static final int EXIT = 0x400;
    private static final int RSP = 4;

    private Harness() {}

    /// The page of code without the instruction.
    static byte[] code() {
        var out = ByteBuffer.allocate(Trial.PAGE).order(ByteOrder.LITTLE_ENDIAN);
        while (out.hasRemaining()) {
            out.put((byte) 0xcc); // int3
        }
        out.position(0);
        put(out, 0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57); // push rbx, rbp, r12 to r15
        put(out, 0x9c); // pushfq
        register(out, 0x89, RSP, SAVED); // mov [saved], rsp
        relative(out, FLAGS, 0, 0xff, 0x35); // push qword [flags]
        put(out, 0x9d); // popfq
        for (int i = 0; i < Trial.REGISTERS; i++) {
            if (i != RSP) {
                register(out, 0x8b, i, STATE + 8 * i); // mov register, [its state]
            }
        }
        register(out, 0x8b, RSP, STATE + 8 * RSP);
        put(out, 0xe9); // jmp, to an instruction that is not there yet
        landing(out, Trial.NEXT, 0);
        landing(out, Trial.TARGET, 1);

        out.position(EXIT);
        for (int i = 0; i < Trial.REGISTERS; i++) {
            register(out, 0x89, i, STATE + 8 * i); // mov [its state], register
        }
        register(out, 0x8b, RSP, SAVED); // mov rsp, [saved]
        put(out, 0x9c); // pushfq
        relative(out, FLAGS, 0, 0x8f, 0x05); // pop qword [flags]
        put(out, 0x9d); // popfq
        put(out, 0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, 0xc3); // pop r15 to r12, rbp, rbx; ret
        return out.array();
    }

    /// Offset of the distance in the jump to the instruction, from the end of the jump.
    static int jump() {
        return 10 + 1 + 7 + 6 + 1 + 7 * Trial.REGISTERS + 1;
    }

    private static void landing(ByteBuffer out, long at, int jumped) {
        out.position((int) (at - Trial.CODE));
        relative(out, JUMPED, Integer.BYTES, 0xc7, 0x05).putInt(jumped); // mov dword [jumped], 0 or 1
        put(out, 0xe9).putInt(EXIT - out.position() - Integer.BYTES); // jmp
    }

    /// `mov` between a register and memory: REX.W, opcode, ModRM.
    private static void register(ByteBuffer out, int opcode, int register, int offset) {
        relative(out, offset, 0, 0x48 | register >> 3 << 2, opcode, (register & 7) << 3 | 5);
    }

    /// An operand relative to rip (SDM 2A, section 2.2.1.6), which is `left` bytes after the displacement.
    private static ByteBuffer relative(ByteBuffer out, int offset, int left, int... bytes) {
        put(out, bytes);
        return out.putInt(offset - out.position() - Integer.BYTES - left);
    }

    private static ByteBuffer put(ByteBuffer out, int... bytes) {
        for (int b : bytes) {
            out.put((byte) b);
        }
        return out;
    }
}
