package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;

import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;

/// The x86-64 instructions that the backend uses, one method per mnemonic and form; destinations come first, as in the SDM.
///
/// `asm.alu(Arith.ADD, W64, RAX, RCX)` appends `48 01 c8`. Methods are in the order of the SDM's volume 2; the caller chooses the form.
public class Assembler extends InstructionEncoder {
    static final int CALL_LENGTH = 5;

    /// Offsets of calls of routines, with the routine's number.
    private final Map<Integer, Integer> routineCalls = new LinkedHashMap<>();

    // add, and, cmp, or, sub, xor

    /// `op dst, src`
    public void alu(Arith op, Width width, Register dst, Register src) {
        encode(width, op.register(), src.number(), dst);
    }

    /// `op [dst], src`
    public void alu(Arith op, Width width, Address dst, Register src) {
        encode(width, op.register(), src.number(), dst);
    }

    /// `op dst, imm8`, sign-extended
    public void aluImm8(Arith op, Width width, Register dst, int imm) {
        encode(width, 0x83, op.extension(), dst);
        imm8(imm);
    }

    /// `op [dst], imm8`, sign-extended
    public void aluImm8(Arith op, Width width, Address dst, int imm) {
        encode(width, 0x83, op.extension(), dst);
        imm8(imm);
    }

    /// `op dst, imm32`, sign-extended
    public void aluImm32(Arith op, Width width, Register dst, int imm) {
        encode(width, 0x81, op.extension(), dst);
        code.u32(imm);
    }

    /// `op rax, imm32` in its shorter form, sign-extended
    public void aluAccumulator(Arith op, Width width, int imm) {
        encodeShort(width, op.accumulator(), Register.RAX);
        code.u32(imm);
    }

    /// `add dst, gs:[address]`
    public void addFromGs(Width width, Register dst, int address) {
        code.u8(0x65);
        encodeAbsolute(width, 0x03, dst.number(), address);
    }

    public void bswap(Width width, Register dst) {
        encodeShort(width, 0x0fc8, dst);
    }

    // call, cdq, cmpxchg, cqo, dec

    public void call(int rel32) {
        code.u8(0xe8);
        code.u32(rel32);
    }

    public void call(Register target) {
        encode(W32, 0xff, 2, target);
    }

    /// A call of one of the backend's routines; [#placeAt(long, IntToLongFunction)] sets its distance.
    public void callRoutine(int routine) {
        routineCalls.put(code.size(), routine);
        call(0);
    }

    /// Sets the distances of routine calls for code at `base`.
    void placeAt(long base, IntToLongFunction routineAddress) {
        routineCalls.forEach((site, routine) -> code.patchU32(site + 1,
                distance(base + site + CALL_LENGTH, routineAddress.applyAsLong(routine))));
    }

    /// The displacement of a jump or call that ends at `from`.
    static int distance(long from, long to) {
        long distance = to - from;
        if (distance != (int) distance) {
            throw new UnsupportedOperationException(
                    "jump or call of 0x%x from 0x%x: expected a distance of 32 bits, found 0x%x".formatted(to, from, distance));
        }
        return (int) distance;
    }

    /// `cdq` or `cqo`: the sign of rax into rdx.
    public void signIntoRdx(Width width) {
        encodeShort(width, 0x99, Register.RAX);
    }

    /// `cmpxchg [dst], src`, to be emitted after [#lock()]
    public void cmpxchg(Width width, Address dst, Register src) {
        encode(width, 0x0fb1, src.number(), dst);
    }

    public void dec(Width width, Register dst) {
        encode(width, 0xff, 1, dst);
    }

    // div, endbr64, idiv, imul, inc, int3

    /// `div src`: rdx:rax by src, unsigned
    public void div(Width width, Register src) {
        encode(width, 0xf7, 6, src);
    }

    public void endbr64() {
        code.u32(0xfa1e0ff3);
    }

    /// `idiv src`: rdx:rax by src, signed
    public void idiv(Width width, Register src) {
        encode(width, 0xf7, 7, src);
    }

    public void imul(Width width, Register dst, Register src) {
        encode(width, 0x0faf, dst.number(), src);
    }

    /// `imul dst, src, imm8`, sign-extended
    public void imulImm8(Width width, Register dst, Register src, int imm) {
        encode(width, 0x6b, dst.number(), src);
        imm8(imm);
    }

    /// `imul dst, src, imm32`, sign-extended
    public void imulImm32(Width width, Register dst, Register src, int imm) {
        encode(width, 0x69, dst.number(), src);
        code.u32(imm);
    }

    public void inc(Width width, Address dst) {
        encode(width, 0xff, 0, dst);
    }

    public void int3() {
        code.u8(0xcc);
    }

    // jcc, jmp

    public void jcc8(Condition cc, int rel8) {
        code.u8(0x70 | cc.code());
        imm8(rel8);
    }

    public void jcc32(Condition cc, int rel32) {
        code.u8(0x0f);
        code.u8(0x80 | cc.code());
        code.u32(rel32);
    }

    /// The short form.
    public void jcc(Condition cc, Label target) {
        code.u8(0x70 | cc.code());
        target.reference(code);
    }

    public void jmp8(int rel8) {
        code.u8(0xeb);
        imm8(rel8);
    }

    public void jmp32(int rel32) {
        code.u8(0xe9);
        code.u32(rel32);
    }

    /// The short form.
    public void jmp(Label target) {
        code.u8(0xeb);
        target.reference(code);
    }

    public void jmp(Register target) {
        encode(W32, 0xff, 4, target);
    }

    public void bind(Label label) {
        label.bind(code);
    }

    // lea, leave, lock

    public void lea(Register dst, Address src) {
        encode(W64, 0x8d, dst.number(), src);
    }

    public void leave() {
        code.u8(0xc9);
    }

    /// The prefix.
    public void lock() {
        code.u8(0xf0);
    }

    // mov, movabs, movsx, movsxd, movzx

    public void mov(Width width, Register dst, Register src) {
        encode(width, 0x89, src.number(), dst);
    }

    /// `mov dst, imm32`, zero-extended
    public void movImm32(Register dst, int imm) {
        encodeShort(W32, 0xb8, dst);
        code.u32(imm);
    }

    /// `mov dst, imm32`, sign-extended to 64 bits
    public void movSignedImm32(Register dst, int imm) {
        encode(W64, 0xc7, 0, dst);
        code.u32(imm);
    }

    public void movabs(Register dst, long imm) {
        encodeShort(W64, 0xb8, dst);
        code.u64(imm);
    }

    /// `mov dst, [src]`
    public void mov(Width width, Register dst, Address src) {
        encode(width, 0x8b, dst.number(), src);
    }

    /// `mov [dst], src`, the low bytes of src
    public void mov(Size size, Address dst, Register src) {
        switch (size) {
            case B -> encode(W32, 0x88, src.number(), dst, src.lowByteNeedsRex());
            case H -> {
                operandSize16();
                encode(W32, 0x89, src.number(), dst);
            }
            case W -> encode(W32, 0x89, src.number(), dst);
            case DW -> encode(W64, 0x89, src.number(), dst);
        }
    }

    /// `mov [dst], imm`; 64 bits get a sign-extended imm32
    public void mov(Size size, Address dst, int imm) {
        switch (size) {
            case B -> {
                encode(W32, 0xc6, 0, dst);
                code.u8(imm);
            }
            case H -> {
                operandSize16();
                encode(W32, 0xc7, 0, dst);
                code.u16(imm);
            }
            case W -> {
                encode(W32, 0xc7, 0, dst);
                code.u32(imm);
            }
            case DW -> {
                encode(W64, 0xc7, 0, dst);
                code.u32(imm);
            }
        }
    }

    /// `movsx` or `movsxd dst, src` from the low 8, 16 or 32 bits of a register
    public void movsx(Width width, Size from, Register dst, Register src) {
        switch (from) {
            case B -> encodeWithRex(width, 0x0fbe, dst.number(), src);
            case H -> encode(width, 0x0fbf, dst.number(), src);
            case W -> encode(width, 0x63, dst.number(), src);
            case DW -> throw new IllegalArgumentException("no sign extension from 64 bits");
        }
    }

    /// `movsx` or `movsxd dst, [src]` to 64 bits
    public void movsx(Size from, Register dst, Address src) {
        switch (from) {
            case B -> encode(W64, 0x0fbe, dst.number(), src);
            case H -> encode(W64, 0x0fbf, dst.number(), src);
            case W -> encode(W64, 0x63, dst.number(), src);
            case DW -> throw new IllegalArgumentException("no sign extension from 64 bits");
        }
    }

    /// `movzx dst, src` from the low 16 bits of a register
    public void movzx16(Register dst, Register src) {
        encode(W32, 0x0fb7, dst.number(), src);
    }

    /// `movzx dst, byte [src]` to 64 bits
    public void movzx8(Register dst, Address src) {
        encode(W64, 0x0fb6, dst.number(), src);
    }

    /// `movzx dst, word [src]` to 64 bits
    public void movzx16(Register dst, Address src) {
        encode(W64, 0x0fb7, dst.number(), src);
    }

    // neg, nop

    public void neg(Width width, Register dst) {
        encode(width, 0xf7, 3, dst);
    }

    /// A no-op of `length` bytes, 0..5 (SDM 2B: NOP, table 4-12); 0 appends nothing.
    public void nop(int length) {
        switch (length) {
            case 0 -> {
            }
            case 1 -> code.u8(0x90);
            case 2 -> code.u16(0x9066);
            case 3 -> {
                code.u16(0x1f0f);
                code.u8(0x00);
            }
            case 4 -> code.u32(0x00401f0f);
            case 5 -> {
                code.u32(0x00441f0f);
                code.u8(0x00);
            }
            default -> throw new IllegalArgumentException("nop of %d bytes, expected 0..5".formatted(length));
        }
    }

    // pop, push, ret

    public void pop(Register dst) {
        encodeShort(W32, 0x58, dst);
    }

    /// `push imm8`, sign-extended
    public void push(int imm) {
        code.u8(0x6a);
        imm8(imm);
    }

    public void push(Register src) {
        encodeShort(W32, 0x50, src);
    }

    public void ret() {
        code.u8(0xc3);
    }

    // ror, sar, sarx, shl, shlx, shr, shrx

    /// `op dst, 1`
    public void shiftBy1(Shift op, Width width, Register dst) {
        encode(width, 0xd1, op.extension(), dst);
    }

    /// `op dst, imm8`
    public void shift(Shift op, Width width, Register dst, int count) {
        encode(width, 0xc1, op.extension(), dst);
        code.u8(count);
    }

    /// `op dst, imm8` on the low 16 bits
    public void shift16(Shift op, Register dst, int count) {
        operandSize16();
        encode(W32, 0xc1, op.extension(), dst);
        code.u8(count);
    }

    /// `op dst, cl`
    public void shiftByCl(Shift op, Width width, Register dst) {
        encode(width, 0xd3, op.extension(), dst);
    }

    /// `opx dst, src, count` (BMI2)
    public void shiftx(Shift op, Width width, Register dst, Register src, Register count) {
        encodeVex(width, op.pp(), 0xf7, dst, src, count);
    }

    // test, xadd, xchg

    public void test(Width width, Register a, Register b) {
        encode(width, 0x85, b.number(), a);
    }

    /// `test a, imm32`, sign-extended
    public void test(Width width, Register a, int imm) {
        encode(width, 0xf7, 0, a);
        code.u32(imm);
    }

    /// `xadd [dst], src`, to be emitted after [#lock()]
    public void xadd(Width width, Address dst, Register src) {
        encode(width, 0x0fc1, src.number(), dst);
    }

    /// `xchg [dst], src`, locked even without the prefix
    public void xchg(Width width, Address dst, Register src) {
        encode(width, 0x87, src.number(), dst);
    }

    private void operandSize16() {
        code.u8(0x66);
    }

    private void imm8(int imm) {
        if (imm != (byte) imm) {
            throw new IllegalArgumentException("immediate %d does not fit 8 bits".formatted(imm));
        }
        code.u8(imm);
    }
}
