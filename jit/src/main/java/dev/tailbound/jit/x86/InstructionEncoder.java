package dev.tailbound.jit.x86;

import dev.tailbound.isa.Width;
import dev.tailbound.jit.CodeBuffer;
import dev.tailbound.jit.x86.Address.Displacement;

/// Packs opcodes and operands into prefixes, ModRM, SIB and displacement (SDM 2A, chapter 2).
///
/// Opcodes of the two-byte map are given as `0x0fxx`.
public class InstructionEncoder {
    private static final int REX = 0x40;

    protected final CodeBuffer code = new CodeBuffer();

    /// The code written so far.
    public CodeBuffer code() {
        return code;
    }

    /// An instruction on a register: `reg` is a register's number or an opcode extension.
    protected void encode(Width width, int opcode, int reg, Register rm) {
        rex(w(width) | reg >> 3 << 2 | rm.high(), false);
        opcode(opcode);
        modRm(3, reg, rm.low());
    }

    /// The same, always with a REX prefix.
    protected void encodeWithRex(Width width, int opcode, int reg, Register rm) {
        rex(w(width) | reg >> 3 << 2 | rm.high(), true);
        opcode(opcode);
        modRm(3, reg, rm.low());
    }

    protected void encode(Width width, int opcode, int reg, Address mem) {
        encode(width, opcode, reg, mem, false);
    }

    protected void encode(Width width, int opcode, int reg, Address mem, boolean needsRex) {
        int x = mem.index() == null ? 0 : mem.index().high();
        rex(w(width) | reg >> 3 << 2 | x << 1 | mem.base().high(), needsRex);
        opcode(opcode);
        operand(reg, mem);
    }

    /// An instruction on memory at a fixed address of 32 bits, sign-extended (SDM 2A, table 2-3: SIB without base and index).
    protected void encodeAbsolute(Width width, int opcode, int reg, int address) {
        rex(w(width) | reg >> 3 << 2, false);
        opcode(opcode);
        modRm(0, reg, 4);
        code.u8(0x25);
        code.u32(address);
    }

    /// An instruction with its register in the low bits of the opcode's last byte.
    protected void encodeShort(Width width, int opcode, Register reg) {
        rex(w(width) | reg.high(), false);
        opcode(opcode | reg.low());
    }

    /// A three-byte VEX prefix of map `0f 38`, length 128 (SDM 2A, section 2.3.5), and an instruction on three registers.
    protected void encodeVex(Width width, int pp, int opcode, Register reg, Register rm, Register vvvv) {
        int map0f38 = 2;
        code.u8(0xc4);
        code.u8((reg.high() ^ 1) << 7 | 1 << 6 | (rm.high() ^ 1) << 5 | map0f38);
        code.u8((width == Width.W64 ? 0x80 : 0) | (vvvv.number() ^ 15) << 3 | pp);
        code.u8(opcode);
        modRm(3, reg.low(), rm.low());
    }

    private static int w(Width width) {
        return width == Width.W64 ? 8 : 0;
    }

    private void rex(int bits, boolean always) {
        if (bits != 0 || always) {
            code.u8(REX | bits);
        }
    }

    private void opcode(int opcode) {
        if (opcode > 0xff) {
            code.u8(opcode >> 8);
        }
        code.u8(opcode);
    }

    private void modRm(int mod, int reg, int rm) {
        code.u8(mod << 6 | (reg & 7) << 3 | rm);
    }

    protected void operand(int reg, Address mem) {
        int mod = mem.size().mod();
        int sibFollows = Register.RSP.low();
        if (mem.index() != null) {
            modRm(mod, reg, sibFollows);
            code.u8(3 << 6 | mem.index().low() << 3 | mem.base().low());
        } else if (mem.base().low() == sibFollows) {
            int noIndex = Register.RSP.low();
            modRm(mod, reg, sibFollows);
            code.u8(noIndex << 3 | mem.base().low());
        } else {
            modRm(mod, reg, mem.base().low());
        }
        if (mem.size() == Displacement.BYTE) {
            code.u8(mem.disp());
        } else if (mem.size() == Displacement.DWORD) {
            code.u32(mem.disp());
        }
    }
}
