package dev.tailbound.jit.arm64;

import dev.tailbound.isa.Width;

/// Packs fields into instruction words: one method per encoding class of the manual, with parameters in bit order.
///
/// Register fields are numbers; the caller decides whether 31 means `sp` or `zr`.
final class InstructionEncoder {

    private InstructionEncoder() {}

    // ARM ARM C4.1.64, Data Processing -- Immediate

    static int addSubImmediate(Width w, int op, int s, int sh, int imm12, int rn, int rd) {
        return sf(w) | op << 30 | s << 29 | 0b100010 << 23 | sh << 22 | field(imm12, 12) << 10 | rn << 5 | rd;
    }

    /// `bitmask` is `N:immr:imms`, see [LogicalImmediate].
    static int logicalImmediate(Width w, int opc, int bitmask, int rn, int rd) {
        return sf(w) | opc << 29 | 0b100100 << 23 | field(bitmask, 13) << 10 | rn << 5 | rd;
    }

    /// `imm21` is split: its low two bits are above the opcode.
    static int pcRelative(int imm21, int rd) {
        return (imm21 & 3) << 29 | 0b10000 << 24 | (imm21 >> 2 & 0x7ffff) << 5 | rd;
    }

    static int moveWide(Width w, int opc, int hw, int imm16, int rd) {
        return sf(w) | opc << 29 | 0b100101 << 23 | hw << 21 | field(imm16, 16) << 5 | rd;
    }

    static int bitfield(Width w, int opc, int immr, int imms, int rn, int rd) {
        int n = w == Width.W64 ? 1 : 0;
        return sf(w) | opc << 29 | 0b100110 << 23 | n << 22 | field(immr, 6) << 16 | field(imms, 6) << 10 | rn << 5 | rd;
    }

    // ARM ARM C4.1.65, Branches, Exception Generating and System instructions

    static int conditionalBranch(int cond) {
        return 0b0101010 << 25 | cond;
    }

    /// `mrs rt, sp_el0`, a system register move
    static int mrsSpEl0(int rt) {
        return 0xd538_4100 | rt;
    }

    static int hint(int number) {
        return 0xd503201f | field(number, 7) << 5;
    }

    static int barrier(int crm, int op2) {
        return 0xd503301f | crm << 8 | op2 << 5;
    }

    static int branchRegister(int opc, int rn) {
        return 0b1101011 << 25 | opc << 21 | 0b11111 << 16 | rn << 5;
    }

    static int branchImmediate(int op) {
        return op << 31 | 0b00101 << 26;
    }

    static int compareAndBranch(Width w, int op, int rt) {
        return sf(w) | 0b011010 << 25 | op << 24 | rt;
    }

    // ARM ARM C4.1.66, Loads and Stores

    static int exclusive(int size, int l, int rs, int o0, int rn, int rt) {
        return size << 30 | 0b001000 << 24 | l << 22 | rs << 16 | o0 << 15 | 0b11111 << 10 | rn << 5 | rt;
    }

    static int ordered(int size, int l, int o0, int rn, int rt) {
        return size << 30 | 0b001000 << 24 | 1 << 23 | l << 22 | 0b11111 << 16 | o0 << 15 | 0b11111 << 10 | rn << 5 | rt;
    }

    static int compareAndSwap(int size, int l, int rs, int o0, int rn, int rt) {
        return size << 30 | 0b001000 << 24 | 1 << 23 | l << 22 | 1 << 21 | rs << 16 | o0 << 15 | 0b11111 << 10 | rn << 5 | rt;
    }

    static int atomic(int size, int a, int r, int rs, int o3, int opc, int rn, int rt) {
        return size << 30 | 0b111000 << 24 | a << 23 | r << 22 | 1 << 21 | rs << 16 | o3 << 15 | opc << 12 | rn << 5 | rt;
    }

    /// `index` is 0b01 for post-indexed, 0b11 for pre-indexed.
    static int pair(int opc, int index, int l, int imm7, int rt2, int rn, int rt) {
        return opc << 30 | 0b101 << 27 | index << 23 | l << 22 | imm7 << 15 | rt2 << 10 | rn << 5 | rt;
    }

    static int loadStoreUnsigned(int size, int opc, int imm12, int rn, int rt) {
        return size << 30 | 0b111 << 27 | 0b01 << 24 | opc << 22 | field(imm12, 12) << 10 | rn << 5 | rt;
    }

    /// The index register is not shifted.
    static int loadStoreRegister(int size, int opc, int rm, int option, int rn, int rt) {
        return size << 30 | 0b111 << 27 | opc << 22 | 1 << 21 | rm << 16 | option << 13 | 0b10 << 10 | rn << 5 | rt;
    }

    // ARM ARM C4.1.67, Data Processing -- Register

    static int twoSource(Width w, int rm, int opcode, int rn, int rd) {
        return sf(w) | 0b0011010110 << 21 | rm << 16 | opcode << 10 | rn << 5 | rd;
    }

    static int oneSource(Width w, int opcode, int rn, int rd) {
        return sf(w) | 0b1011010110 << 21 | opcode << 10 | rn << 5 | rd;
    }

    static int logicalShifted(Width w, int opc, int n, int rm, int rn, int rd) {
        return sf(w) | opc << 29 | 0b01010 << 24 | n << 21 | rm << 16 | rn << 5 | rd;
    }

    static int addSubShifted(Width w, int op, int s, int rm, int rn, int rd) {
        return sf(w) | op << 30 | s << 29 | 0b01011 << 24 | rm << 16 | rn << 5 | rd;
    }

    static int threeSource(Width w, int rm, int o0, int ra, int rn, int rd) {
        return sf(w) | 0b0011011 << 24 | rm << 16 | o0 << 15 | ra << 10 | rn << 5 | rd;
    }

    private static int sf(Width w) {
        return w == Width.W64 ? 1 << 31 : 0;
    }

    private static int field(int value, int bits) {
        if (value < 0 || value >>> bits != 0) {
            throw new IllegalArgumentException("value %d does not fit a field of %d bits".formatted(value, bits));
        }
        return value;
    }
}
