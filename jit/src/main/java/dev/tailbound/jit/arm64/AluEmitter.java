package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP2;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;

/// Selects instructions for arithmetic.
///
/// W forms zero the upper half, as BPF's 32-bit operations do. Division by zero and division overflow have the results that BPF defines.
public class AluEmitter {
    private final MacroAssembler asm;

    public AluEmitter(MacroAssembler asm) {
        this.asm = asm;
    }

    /// `dst op= src`; shift counts are taken modulo the width, as by BPF.
    public void register(Width w, AluOp op, Register dst, Register src) {
        switch (op) {
            // @formatter:off
            case ADD  -> asm.add (w, dst, dst, src);
            case SUB  -> asm.sub (w, dst, dst, src);
            case MUL  -> asm.mul (w, dst, dst, src);
            case DIV  -> asm.udiv(w, dst, dst, src);
            case SDIV -> asm.sdiv(w, dst, dst, src);
            case OR   -> asm.orr (w, dst, dst, src);
            case AND  -> asm.and (w, dst, dst, src);
            case XOR  -> asm.eor (w, dst, dst, src);
            case LSH  -> asm.lslv(w, dst, dst, src);
            case RSH  -> asm.lsrv(w, dst, dst, src);
            case ARSH -> asm.asrv(w, dst, dst, src);
            // @formatter:on
            case MOD -> {
                asm.udiv(w, TMP1, dst, src);
                asm.msub(w, dst, TMP1, src, dst);
            }
            case SMOD -> {
                asm.sdiv(w, TMP1, dst, src);
                asm.msub(w, dst, TMP1, src, dst);
            }
        }
    }

    /// `dst op= imm`
    public void immediate(Width w, AluOp op, Register dst, int imm) {
        switch (op) {
            // @formatter:off
            case ADD  -> asm.addConstant(w, dst, dst, imm);
            case SUB  -> asm.subConstant(w, dst, dst, imm);
            case OR   -> asm.orrConstant(w, dst, dst, imm);
            case AND  -> asm.andConstant(w, dst, dst, imm);
            case XOR  -> asm.eorConstant(w, dst, dst, imm);
            case LSH  -> asm.lsl(w, dst, dst, imm);
            case RSH  -> asm.lsr(w, dst, dst, imm);
            case ARSH -> asm.asr(w, dst, dst, imm);
            // @formatter:on
            case MUL, DIV, SDIV -> {
                asm.movImmediate(w, TMP1, imm);
                register(w, op, dst, TMP1);
            }
            case MOD, SMOD -> {
                asm.movImmediate(w, TMP2, imm);
                register(w, op, dst, TMP2);
            }
        }
    }

    public void swap(Insn.Swap insn) {
        var reg = asm.register(insn.dst());
        if (insn.op() == SwapOp.LE) {
            littleEndian(insn.bits(), reg);
        } else {
            // The kernel takes the width from the instruction's class: 32 bits for `be`, 64 bits for `bswap`.
            reverse(insn.op() == SwapOp.BE ? W32 : W64, insn.bits(), reg);
        }
    }

    /// The processor is little-endian: only truncates.
    protected void littleEndian(int bits, Register reg) {
        switch (bits) {
            case 16 -> asm.uxt(W32, reg, reg, Size.H);
            case 32 -> asm.uxt(W32, reg, reg, Size.W);
            default -> {
                // nothing to truncate
            }
        }
    }

    protected void reverse(Width w, int bits, Register reg) {
        switch (bits) {
            case 16 -> {
                asm.rev16(w, reg, reg);
                asm.uxt(w, reg, reg, Size.H);
            }
            case 32 -> asm.rev(W32, reg, reg);
            default -> asm.rev(W64, reg, reg);
        }
    }
}
