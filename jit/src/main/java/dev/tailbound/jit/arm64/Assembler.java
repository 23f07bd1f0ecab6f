package dev.tailbound.jit.arm64;

import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.CodeBuffer;

/// Appends A64 instructions, one method per mnemonic, operands in the order of the assembly language.
///
/// `asm.add(W64, X0, X1, X2)` appends `add x0, x1, x2`. An operand that the instruction does not accept is an [IllegalArgumentException]. In the rows
/// below `zr(…)` marks a register that may be `zr`, `sp(…)` one that may be `sp`.
public class Assembler {
    private final CodeBuffer code = new CodeBuffer();

    /// Offset of the next instruction in bytes.
    public int position() {
        return code.size();
    }

    public byte[] toBytes() {
        return code.toBytes();
    }

    /// Binds the label to the current position and completes pending branches to it.
    public void bind(Label label) {
        for (var branch : label.bindTo(position())) {
            int at = branch.position();
            code.patchU32(at, code.u32At(at) | branch.field().pack(displacement(at, position())));
        }
    }

    // @formatter:off

    // ARM ARM C4.1.64: Add/subtract (immediate); 12 bits, or 12 bits shifted left by 12
    public void add(Width w, Register rd, Register rn, int imm) { addSub(w, 0, 0, sp(rd), sp(rn), imm); }
    public void sub(Width w, Register rd, Register rn, int imm) { addSub(w, 1, 0, sp(rd), sp(rn), imm); }
    public void cmn(Width w,              Register rn, int imm) { addSub(w, 0, 1, ZERO,   sp(rn), imm); }
    public void cmp(Width w,              Register rn, int imm) { addSub(w, 1, 1, ZERO,   sp(rn), imm); }

    // ARM ARM C4.1.64: Logical (immediate); the operand is N:immr:imms
    public void and(Width w, Register rd, Register rn, int bitmask) { emit(InstructionEncoder.logicalImmediate(w, 0b00, bitmask, zr(rn), sp(rd))); }
    public void orr(Width w, Register rd, Register rn, int bitmask) { emit(InstructionEncoder.logicalImmediate(w, 0b01, bitmask, zr(rn), sp(rd))); }
    public void eor(Width w, Register rd, Register rn, int bitmask) { emit(InstructionEncoder.logicalImmediate(w, 0b10, bitmask, zr(rn), sp(rd))); }
    public void tst(Width w,              Register rn, int bitmask) { emit(InstructionEncoder.logicalImmediate(w, 0b11, bitmask, zr(rn), ZERO  )); }

    // ARM ARM C4.1.64: PC-rel. addressing; `rd` = the address `displacement` bytes from here
    public void adr(Register rd, int displacement) { emit(InstructionEncoder.pcRelative(displacement, zr(rd))); }

    // ARM ARM C4.1.64: Move wide (immediate)
    public void movn(Width w, Register rd, int imm16, int shift) { emit(InstructionEncoder.moveWide(w, 0b00, block(w, shift), imm16, zr(rd))); }
    public void movz(Width w, Register rd, int imm16, int shift) { emit(InstructionEncoder.moveWide(w, 0b10, block(w, shift), imm16, zr(rd))); }
    public void movk(Width w, Register rd, int imm16, int shift) { emit(InstructionEncoder.moveWide(w, 0b11, block(w, shift), imm16, zr(rd))); }

    // ARM ARM C4.1.64: Bitfield, and its aliases (C6.2)
    public void sbfm(Width w, Register rd, Register rn, int immr, int imms) { bitfield(w, 0b00, rd, rn, immr, imms); }
    public void ubfm(Width w, Register rd, Register rn, int immr, int imms) { bitfield(w, 0b10, rd, rn, immr, imms); }
    public void lsl (Width w, Register rd, Register rn, int shift) { ubfm(w, rd, rn, -shift & (w.bits() - 1), w.bits() - 1 - shift); }
    public void lsr (Width w, Register rd, Register rn, int shift) { ubfm(w, rd, rn, shift, w.bits() - 1); }
    public void asr (Width w, Register rd, Register rn, int shift) { sbfm(w, rd, rn, shift, w.bits() - 1); }

    /// `sxtb`, `sxth`, `sxtw`: the low `from` bytes, sign-extended.
    public void sxt(Width w, Register rd, Register rn, Size from) { sbfm(w, rd, rn, 0, from.bits() - 1); }

    /// `uxtb`, `uxth` and the like: the low `from` bytes, zero-extended.
    public void uxt(Width w, Register rd, Register rn, Size from) { ubfm(w, rd, rn, 0, from.bits() - 1); }

    // ARM ARM C4.1.65: Branches
    public void b    (Label target)                       { branch(InstructionEncoder.branchImmediate(0), BranchField.IMM26, target); }
    public void b    (Condition cond, Label target)       { branch(InstructionEncoder.conditionalBranch(cond.code()), BranchField.IMM19, target); }
    public void cbz  (Width w, Register rt, Label target) { branch(InstructionEncoder.compareAndBranch(w, 0, zr(rt)), BranchField.IMM19, target); }
    public void cbnz (Width w, Register rt, Label target) { branch(InstructionEncoder.compareAndBranch(w, 1, zr(rt)), BranchField.IMM19, target); }
    public void br   (Register rn)                        { emit(InstructionEncoder.branchRegister(0b00, zr(rn))); }
    public void blr  (Register rn)                        { emit(InstructionEncoder.branchRegister(0b01, zr(rn))); }
    public void ret  (Register rn)                        { emit(InstructionEncoder.branchRegister(0b10, zr(rn))); }
    public void ret  ()                                   { ret(Register.X30); }

    /// `b` to the code `displacement` bytes from here.
    public void b    (long displacement) { emit(InstructionEncoder.branchImmediate(0) | BranchField.IMM26.pack(displacement)); }

    /// `bl` to the code `displacement` bytes from here.
    public void bl   (long displacement) { emit(InstructionEncoder.branchImmediate(1) | BranchField.IMM26.pack(displacement)); }

    // ARM ARM C4.1.65: Hints, Barriers
    public void nop    () { emit(InstructionEncoder.hint(0)); }
    /// `mrs rt, sp_el0`
    public void mrsSpEl0(Register rt) { emit(InstructionEncoder.mrsSpEl0(rt.numberOrZr())); }

    public void paciasp() { emit(InstructionEncoder.hint(25)); }
    public void autiasp() { emit(InstructionEncoder.hint(29)); }
    public void btiC   () { emit(InstructionEncoder.hint(34)); }
    public void btiJ   () { emit(InstructionEncoder.hint(36)); }
    public void btiJc  () { emit(InstructionEncoder.hint(38)); }
    public void dmbIsh () { emit(InstructionEncoder.barrier(0b1011, 0b101)); }

    // ARM ARM C4.1.66: Load/store register (unsigned immediate), (register offset)
    public void strb (         Register rt, Address at) { access(Size.B,  0b00, rt, at); }
    public void strh (         Register rt, Address at) { access(Size.H,  0b00, rt, at); }
    public void str  (Width w, Register rt, Address at) { access(word(w), 0b00, rt, at); }
    public void ldrb (         Register rt, Address at) { access(Size.B,  0b01, rt, at); }
    public void ldrh (         Register rt, Address at) { access(Size.H,  0b01, rt, at); }
    public void ldr  (Width w, Register rt, Address at) { access(word(w), 0b01, rt, at); }
    public void ldrsb(         Register xt, Address at) { access(Size.B,  0b10, xt, at); }
    public void ldrsh(         Register xt, Address at) { access(Size.H,  0b10, xt, at); }
    public void ldrsw(         Register xt, Address at) { access(Size.W,  0b10, xt, at); }

    // ARM ARM C4.1.66: Load/store register pair (pre-indexed), (post-indexed), 64 bits
    public void stpPre (Register rt, Register rt2, Register rn, int imm) { pair(0b11, 0, rt, rt2, rn, imm); }
    public void ldpPost(Register rt, Register rt2, Register rn, int imm) { pair(0b01, 1, rt, rt2, rn, imm); }

    // ARM ARM C4.1.66: Load/store exclusive register; `ws` receives 0 if the store was done
    public void ldxr (Width w,              Register rt, Register rn) { emit(InstructionEncoder.exclusive(size(w), 1, 31, 0, sp(rn), zr(rt))); }
    public void stxr (Width w, Register ws, Register rt, Register rn) { emit(InstructionEncoder.exclusive(size(w), 0, status(ws, rt, rn), 0, sp(rn), zr(rt))); }
    public void stlxr(Width w, Register ws, Register rt, Register rn) { emit(InstructionEncoder.exclusive(size(w), 0, status(ws, rt, rn), 1, sp(rn), zr(rt))); }

    // ARM ARM C4.1.66: Load/store ordered (ldarb, ldarh, ldar; stlrb, stlrh, stlr)
    public void ldar(Size size, Register rt, Register rn) { emit(InstructionEncoder.ordered(code(size), 1, 1, sp(rn), zr(rt))); }
    public void stlr(Size size, Register rt, Register rn) { emit(InstructionEncoder.ordered(code(size), 0, 1, sp(rn), zr(rt))); }

    // ARM ARM C4.1.66: Compare and swap; Atomic memory operations (FEAT_LSE)
    public void casal  (Width w, Register rs, Register rt, Register rn) { emit(InstructionEncoder.compareAndSwap(size(w), 1, zr(rs), 1, sp(rn), zr(rt))); }
    public void swpal  (Width w, Register rs, Register rt, Register rn) { emit(InstructionEncoder.atomic(size(w), 1, 1, zr(rs), 1, 0b000, sp(rn), zr(rt))); }
    public void ldaddal(Width w, Register rs, Register rt, Register rn) { emit(InstructionEncoder.atomic(size(w), 1, 1, zr(rs), 0, 0b000, sp(rn), zr(rt))); }
    public void ldclral(Width w, Register rs, Register rt, Register rn) { emit(InstructionEncoder.atomic(size(w), 1, 1, zr(rs), 0, 0b001, sp(rn), zr(rt))); }
    public void ldeoral(Width w, Register rs, Register rt, Register rn) { emit(InstructionEncoder.atomic(size(w), 1, 1, zr(rs), 0, 0b010, sp(rn), zr(rt))); }
    public void ldsetal(Width w, Register rs, Register rt, Register rn) { emit(InstructionEncoder.atomic(size(w), 1, 1, zr(rs), 0, 0b011, sp(rn), zr(rt))); }
    public void stadd  (Width w, Register rs, Register rn)              { emit(InstructionEncoder.atomic(size(w), 0, 0, zr(rs), 0, 0b000, sp(rn), ZERO)); }
    public void stclr  (Width w, Register rs, Register rn)              { emit(InstructionEncoder.atomic(size(w), 0, 0, zr(rs), 0, 0b001, sp(rn), ZERO)); }
    public void steor  (Width w, Register rs, Register rn)              { emit(InstructionEncoder.atomic(size(w), 0, 0, zr(rs), 0, 0b010, sp(rn), ZERO)); }
    public void stset  (Width w, Register rs, Register rn)              { emit(InstructionEncoder.atomic(size(w), 0, 0, zr(rs), 0, 0b011, sp(rn), ZERO)); }

    // ARM ARM C4.1.67: Data-processing (2 source), (1 source), (3 source)
    public void udiv (Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.twoSource(w, zr(rm), 0b000010, zr(rn), zr(rd))); }
    public void sdiv (Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.twoSource(w, zr(rm), 0b000011, zr(rn), zr(rd))); }
    public void lslv (Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.twoSource(w, zr(rm), 0b001000, zr(rn), zr(rd))); }
    public void lsrv (Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.twoSource(w, zr(rm), 0b001001, zr(rn), zr(rd))); }
    public void asrv (Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.twoSource(w, zr(rm), 0b001010, zr(rn), zr(rd))); }
    public void rev16(Width w, Register rd, Register rn)              { emit(InstructionEncoder.oneSource(w, 0b000001, zr(rn), zr(rd))); }
    public void rev  (Width w, Register rd, Register rn)              { emit(InstructionEncoder.oneSource(w, w == Width.W64 ? 0b11 : 0b10, zr(rn), zr(rd))); }
    public void mul  (Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.threeSource(w, zr(rm), 0, ZERO, zr(rn), zr(rd))); }

    /// `rd = ra - rn * rm`
    public void msub(Width w, Register rd, Register rn, Register rm, Register ra) { emit(InstructionEncoder.threeSource(w, zr(rm), 1, zr(ra), zr(rn), zr(rd))); }

    // ARM ARM C4.1.67: Logical (shifted register), Add/subtract (shifted register); shifts of 0
    public void and(Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.logicalShifted(w, 0b00, 0, zr(rm), zr(rn), zr(rd))); }
    public void orr(Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.logicalShifted(w, 0b01, 0, zr(rm), zr(rn), zr(rd))); }
    public void eor(Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.logicalShifted(w, 0b10, 0, zr(rm), zr(rn), zr(rd))); }
    public void tst(Width w,              Register rn, Register rm) { emit(InstructionEncoder.logicalShifted(w, 0b11, 0, zr(rm), zr(rn), ZERO)); }
    public void mvn(Width w, Register rd,              Register rm) { emit(InstructionEncoder.logicalShifted(w, 0b01, 1, zr(rm), ZERO,   zr(rd))); }
    public void add(Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.addSubShifted(w, 0, 0, zr(rm), zr(rn), zr(rd))); }
    public void sub(Width w, Register rd, Register rn, Register rm) { emit(InstructionEncoder.addSubShifted(w, 1, 0, zr(rm), zr(rn), zr(rd))); }
    public void neg(Width w, Register rd,              Register rm) { emit(InstructionEncoder.addSubShifted(w, 1, 0, zr(rm), ZERO,   zr(rd))); }
    public void cmp(Width w,              Register rn, Register rm) { emit(InstructionEncoder.addSubShifted(w, 1, 1, zr(rm), zr(rn), ZERO)); }
    // @formatter:on

    /// The value can be the immediate of `add`, `sub`, `cmp` and `cmn`.
    public static boolean isAddSubImmediate(int value) {
        return (value & ~0xfff) == 0 || (value & ~0xfff000) == 0;
    }

    private static final int ZERO = 31;

    private void addSub(Width w, int op, int s, int rd, int rn, int imm) {
        if (!isAddSubImmediate(imm)) {
            throw new IllegalArgumentException("immediate %#x, expected 12 bits or 12 bits shifted by 12".formatted(imm));
        }
        boolean shifted = imm > 0xfff;
        emit(InstructionEncoder.addSubImmediate(w, op, s, shifted ? 1 : 0, shifted ? imm >> 12 : imm, rn, rd));
    }

    private void bitfield(Width w, int opc, Register rd, Register rn, int immr, int imms) {
        if ((immr | imms) >= w.bits()) {
            throw new IllegalArgumentException("bit positions %d and %d of %d bits".formatted(immr, imms, w.bits()));
        }
        emit(InstructionEncoder.bitfield(w, opc, immr, imms, zr(rn), zr(rd)));
    }

    private void access(Size size, int opc, Register rt, Address at) {
        emit(switch (at) {
            case Address.Offset(var base, var offset) when Address.Offset.fits(offset, size) ->
                InstructionEncoder.loadStoreUnsigned(code(size), opc, offset / size.bytes(), sp(base), zr(rt));
            case Address.Offset(_, var offset) ->
                throw new IllegalArgumentException("offset %d of an access of %d bytes".formatted(offset, size.bytes()));
            case Address.Indexed(var base, var index, var sxtx) ->
                InstructionEncoder.loadStoreRegister(code(size), opc, zr(index), sxtx ? 0b111 : 0b011, sp(base), zr(rt));
        });
    }

    private void pair(int index, int load, Register rt, Register rt2, Register rn, int imm) {
        if (imm % 8 != 0 || imm < -512 || imm > 504) {
            throw new IllegalArgumentException("pair offset %d, expected a multiple of 8 in -512..504".formatted(imm));
        }
        emit(InstructionEncoder.pair(0b10, index, load, imm / 8 & 0x7f, zr(rt2), sp(rn), zr(rt)));
    }

    /// A status register that is also another operand is CONSTRAINED UNPREDICTABLE (ARM ARM C6.2, STXR).
    private static int status(Register ws, Register rt, Register rn) {
        if (ws == rt || ws == rn) {
            throw new IllegalArgumentException("status register %s is an operand of the store".formatted(ws));
        }
        return zr(ws);
    }

    private void branch(int word, BranchField field, Label target) {
        if (target.isBound()) {
            emit(word | field.pack(displacement(position(), target.position())));
        } else {
            target.await(new Label.Pending(position(), field));
            emit(word);
        }
    }

    /// Displacement of a branch from its own position.
    protected int displacement(int from, int to) {
        return to - from;
    }

    private void emit(int word) {
        code.u32(word);
    }

    private static int zr(Register register) {
        return register.numberOrZr();
    }

    private static int sp(Register register) {
        return register.numberOrSp();
    }

    private static Size word(Width w) {
        return w == Width.W64 ? Size.DW : Size.W;
    }

    private static int size(Width w) {
        return code(word(w));
    }

    /// The size field: log2 of the number of bytes.
    private static int code(Size size) {
        return Integer.numberOfTrailingZeros(size.bytes());
    }

    private static int block(Width w, int shift) {
        if (shift % 16 != 0 || shift < 0 || shift >= w.bits()) {
            throw new IllegalArgumentException("shift %d of a 16-bit block in %d bits".formatted(shift, w.bits()));
        }
        return shift / 16;
    }
}
