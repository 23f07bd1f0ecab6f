package dev.tailbound.jit.arm64;

import static dev.tailbound.jit.arm64.Arm64Registers.TMP2;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;

/// Atomics as single instructions of FEAT_LSE.
///
/// There is no AND: it clears the bits of the complement.
public class LseAtomics implements AtomicEmitter {
    private final MacroAssembler asm;

    public LseAtomics(MacroAssembler asm) {
        this.asm = asm;
    }

    @Override
    public void emit(AtomicOp op, Width w, Register src, Register at) {
        switch (op) {
            // @formatter:off
            case ADD       -> asm.stadd(w, src, at);
            case OR        -> asm.stset(w, src, at);
            case XOR       -> asm.steor(w, src, at);
            case FETCH_ADD -> asm.ldaddal(w, src, src, at);
            case FETCH_OR  -> asm.ldsetal(w, src, src, at);
            case FETCH_XOR -> asm.ldeoral(w, src, src, at);
            case XCHG      -> asm.swpal(w, src, src, at);
            case CMPXCHG   -> asm.casal(w, asm.register(Reg.R0), src, at);
            // @formatter:on
            case AND -> {
                asm.mvn(w, TMP2, src);
                asm.stclr(w, TMP2, at);
            }
            case FETCH_AND -> {
                asm.mvn(w, TMP2, src);
                asm.ldclral(w, TMP2, src, at);
            }
        }
    }
}
