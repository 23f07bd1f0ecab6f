package dev.tailbound.generate;

import dev.tailbound.generate.MemoryRows.Access;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;

/// Rows that change memory atomically, or load and store it in order.
final class AtomicRows {
    private static final AtomicOp[] OPS = AtomicOp.values();
    private static final Size[] SIZES = Size.values();
    private static final Size[] WORDS = { Size.W, Size.DW };

    private AtomicRows() {}

    static void modify(FunctionBuilder f) {
        var op = f.choices.pick(OPS);
        var size = f.choices.pick(WORDS);
        if (op == AtomicOp.CMPXCHG && (f.reserved & Reg.R0.bit()) == 0) {
            exchangeIfEqual(f, size);
            return;
        }
        op = op == AtomicOp.CMPXCHG ? AtomicOp.XCHG : op;
        var src = op.fetches() ? f.operand() : f.scalar();
        var access = access(f, size, src.bit());
        if (op.fetches()) {
            f.keep(src);
        }
        f.emit(new Insn.Atomic(op, size, access.base(), access.off(), src));
        if (op.fetches()) {
            f.state.setScalar(src);
        }
    }

    /// A 32-bit compare-and-exchange whose result is read as 64 bits.
    static void exchangeHalf(FunctionBuilder f) {
        if ((f.reserved & Reg.R0.bit()) == 0) {
            exchangeIfEqual(f, Size.W);
            f.keep(Reg.R0);
        }
    }

    /// R0 is the compared value. In half of the cases it was read from there, so that the exchange happens, also if more than 32 bits were read.
    private static void exchangeIfEqual(FunctionBuilder f, Size size) {
        var src = f.scalar();
        var access = access(f, size, src.bit() | Reg.R0.bit());
        f.keep(Reg.R0);
        if (f.choices.oneIn(2)) {
            f.emit(new Insn.Load(size, MemoryRows.signed(f, size), Reg.R0, access.base(), access.off()));
            f.state.setScalar(Reg.R0);
        } else if (!f.state.isScalar(Reg.R0)) {
            f.loadData(Reg.R0);
        }
        f.emit(new Insn.Atomic(AtomicOp.CMPXCHG, size, access.base(), access.off(), src));
        f.state.setScalar(Reg.R0);
    }

    static void loadAcquire(FunctionBuilder f) {
        var size = f.choices.pick(SIZES);
        var access = access(f, size, 0);
        var dst = f.target();
        f.emit(new Insn.LoadAcquire(size, dst, access.base(), access.off()));
        f.state.setScalar(dst);
    }

    static void storeRelease(FunctionBuilder f) {
        var size = f.choices.pick(SIZES);
        var src = f.scalar();
        var access = access(f, size, src.bit());
        f.emit(new Insn.StoreRelease(size, access.base(), access.off(), src));
    }

    /// Aligned memory: a map value or a filled slot of the stack.
    private static Access access(FunctionBuilder f, Size size, int excluded) {
        int slots = f.state.slots & f.frame.atLeast(size) & ~f.reservedSlots;
        if (slots != 0 && f.choices.oneIn(3)) {
            int position = f.choices.bitOf(slots);
            f.keepSlot(position);
            f.state.freshSlots |= 1 << position;
            var slot = f.frame.slot(position);
            return new Access(Reg.R10, slot.off() + size.bytes() * f.choices.below(slot.size().bytes() / size.bytes()));
        }
        return MemoryRows.access(f, size, true, excluded);
    }
}
