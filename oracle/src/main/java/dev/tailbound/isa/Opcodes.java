package dev.tailbound.isa;

/// Parts of the opcode byte that no operation's enum defines: classes, the source bit, memory modes (RFC 9669, sections 3 and 5).
public final class Opcodes {
    // @formatter:off
    // The class, bits 0..2.
    public static final int LD    = 0x00;
    public static final int LDX   = 0x01;
    public static final int ST    = 0x02;
    public static final int STX   = 0x03;
    public static final int ALU   = 0x04;
    public static final int JMP   = 0x05;
    public static final int JMP32 = 0x06;
    public static final int ALU64 = 0x07;

    // The source of arithmetic and jumps, bit 3.
    public static final int K = 0x00;
    public static final int X = 0x08;

    // The mode of loads and stores, bits 5..7.
    public static final int MEM    = 0x60;
    public static final int MEMSX  = 0x80;
    public static final int ATOMIC = 0xc0;

    // Operations outside the enums, bits 4..7.
    public static final int NEG  = 0x80;
    public static final int MOV  = 0xb0;
    public static final int JA   = 0x00;
    public static final int CALL = 0x80;
    public static final int EXIT = 0x90;

    public static final int LD_IMM64 = 0x18;
    // @formatter:on

    // Immediates of ATOMIC that are not read-modify-write operations.
    public static final int LOAD_ACQUIRE = 0x100;
    public static final int STORE_RELEASE = 0x110;

    // Meaning of the immediate, in the source field of ld_imm64 and call.
    public static final int PSEUDO_MAP = 1;
    public static final int PSEUDO_MAP_VALUE = 2;
    public static final int PSEUDO_CALL = 1;
    public static final int PSEUDO_KFUNC_CALL = 2;

    // Offset of a move that occurs only in rewritten code.
    public static final int ADDR_PERCPU = -1;

    public static int alu(Width width) {
        return width == Width.W64 ? ALU64 : ALU;
    }

    public static int jmp(Width width) {
        return width == Width.W64 ? JMP : JMP32;
    }

    private Opcodes() {}
}
