package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.jit.arm64.Arm64Registers.AX;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP2;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP3;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;

/// Atomics as loops of exclusive loads and stores, for processors without FEAT_LSE.
///
/// TMP1 may hold the address; TMP3 receives the store's status.
public class ExclusiveAtomics implements AtomicEmitter {
    private final MacroAssembler asm;

    public ExclusiveAtomics(MacroAssembler asm) {
        this.asm = asm;
    }

    @Override
    public void emit(AtomicOp op, Width w, Register src, Register at) {
        switch (op) {
            // @formatter:off
            case ADD       -> update(w, src, at, asm::add);
            case OR        -> update(w, src, at, asm::orr);
            case AND       -> update(w, src, at, asm::and);
            case XOR       -> update(w, src, at, asm::eor);
            case FETCH_ADD -> fetch(w, src, at, asm::add);
            case FETCH_OR  -> fetch(w, src, at, asm::orr);
            case FETCH_AND -> fetch(w, src, at, asm::and);
            case FETCH_XOR -> fetch(w, src, at, asm::eor);
            case XCHG      -> exchange(w, src, at);
            case CMPXCHG   -> compareAndExchange(w, src, at);
            // @formatter:on
        }
    }

    /// An instruction `op rd, rn, rm`.
    protected interface Operation {
        void emit(Width w, Register rd, Register rn, Register rm);
    }

    protected void update(Width w, Register src, Register at, Operation op) {
        var again = new Label();
        asm.bind(again);
        asm.ldxr(w, TMP2, at);
        op.emit(w, TMP2, TMP2, src);
        asm.stxr(w, TMP3, TMP2, at);
        asm.cbnz(W32, TMP3, again);
    }

    protected void fetch(Width w, Register src, Register at, Operation op) {
        var again = new Label();
        asm.mov(w, AX, src);
        asm.bind(again);
        asm.ldxr(w, src, at);
        op.emit(w, TMP2, src, AX);
        asm.stlxr(w, TMP3, TMP2, at);
        asm.cbnz(W32, TMP3, again);
        asm.dmbIsh();
    }

    protected void exchange(Width w, Register src, Register at) {
        var again = new Label();
        asm.mov(w, TMP2, src);
        asm.bind(again);
        asm.ldxr(w, src, at);
        asm.stlxr(w, TMP3, TMP2, at);
        asm.cbnz(W32, TMP3, again);
        asm.dmbIsh();
    }

    /// If the comparison fails, nothing is stored and nothing ordered.
    protected void compareAndExchange(Width w, Register src, Register at) {
        var again = new Label();
        var done = new Label();
        var r0 = asm.register(Reg.R0);
        asm.mov(w, TMP2, r0);
        asm.bind(again);
        asm.ldxr(w, r0, at);
        asm.eor(w, TMP3, r0, TMP2);
        asm.cbnz(w, TMP3, done);
        asm.stlxr(w, TMP3, src, at);
        asm.cbnz(W32, TMP3, again);
        asm.dmbIsh();
        asm.bind(done);
    }
}
