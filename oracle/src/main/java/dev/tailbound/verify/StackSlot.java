package dev.tailbound.verify;

import dev.tailbound.isa.Size;

/// Eight aligned bytes of a stack: which of them were written, and what is known about their contents.
///
/// A slot's contents never change; a write makes a new slot. Only the mark "was read" is added later, and passed on to the slots whose bytes were
/// still there: a state kept for comparison then knows which of its slots mattered.
final class StackSlot {
    static final int ALL = 0xff;

    /// Bytes written, bit 0 being the lowest address.
    private final int written;
    /// Bytes known to be zero.
    private final int zero;
    /// The value stored into the first `spilledBytes` bytes, or null where the bytes are all that is known.
    private final AbstractValue spilled;
    private final int spilledBytes;
    private StackSlot before;
    private boolean read;

    private StackSlot(int written, int zero, AbstractValue spilled, int spilledBytes, StackSlot before) {
        this.written = written;
        this.zero = zero;
        this.spilled = spilled;
        this.spilledBytes = spilledBytes;
        this.before = before;
    }

    static StackSlot ofPointer(Pointer pointer) {
        return new StackSlot(ALL, 0, pointer, Size.DW.bytes(), null);
    }

    /// The slot after a number was stored at byte `at`; `old` may be null.
    static StackSlot ofScalar(StackSlot old, int at, Size size, Scalar value) {
        int bytes = bytes(at, size);
        var stored = truncated(value, size);
        int zero = stored.range().isZero() ? bytes : 0;
        if (at == 0) {
            if (size == Size.DW || old == null) {
                return new StackSlot(bytes, zero, stored, size.bytes(), null);
            }
            old.demandZeros();
            return new StackSlot(old.written | bytes, (old.zero & ~bytes) | zero, stored, size.bytes(), old);
        }
        if (zero != 0) {
            stored.markPrecise();
        }
        if (old == null) {
            return new StackSlot(bytes, zero, null, 0, null);
        }
        if (old.spilledMask() != 0 && (old.spilledMask() & bytes) == 0) {
            return new StackSlot(old.written | bytes, (old.zero & ~bytes) | zero, old.spilled, old.spilledBytes, old);
        }
        old.demandZeros();
        return new StackSlot(old.written | bytes, (old.zero & ~bytes) | zero, null, 0, old);
    }

    /// The same bytes with any contents.
    StackSlot forgotten() {
        return new StackSlot(written, 0, null, 0, this);
    }

    /// The same bytes, of which more is known now.
    StackSlot withSpilled(AbstractValue value) {
        return new StackSlot(written, zero, value, spilledBytes, this);
    }

    /// The same, with nothing read of it yet.
    StackSlot unread() {
        return new StackSlot(written, zero, spilled, spilledBytes, null);
    }

    static int bytes(int at, Size size) {
        return ((1 << size.bytes()) - 1) << at;
    }

    private static Scalar truncated(Scalar value, Size size) {
        var range = value.range().truncate(size);
        return range.equals(value.range()) ? value : new Scalar(range, value, null);
    }

    int written() {
        return written;
    }

    int zero() {
        return zero;
    }

    AbstractValue spilled() {
        return spilled;
    }

    int spilledBytes() {
        return spilledBytes;
    }

    /// Zero bytes that do not come with the spilled value.
    int looseZeros() {
        return zero & ~spilledMask();
    }

    private int spilledMask() {
        return (1 << spilledBytes) - 1;
    }

    boolean holdsPointer() {
        return spilled instanceof Pointer;
    }

    boolean isRead() {
        return read;
    }

    void markRead() {
        for (var slot = this; slot != null && !slot.read;) {
            slot.read = true;
            var older = slot.before;
            slot.before = null;
            slot = older;
        }
    }

    /// What a load gives, zero-extended; nothing is known of bytes that were never written.
    AbstractValue load(int at, Size size) {
        markRead();
        if (spilled instanceof Pointer && size != Size.DW) {
            throw new Rejection("invalid size of register fill: %d bytes of a spilled %s", size.bytes(), spilled.typeName());
        }
        if (at == 0 && size.bytes() <= spilledBytes) {
            return spilled instanceof Scalar scalar ? truncated(scalar, size) : spilled;
        }
        int bytes = bytes(at, size);
        if ((zero & bytes) == bytes) {
            demandZeros();
            return Scalar.constant(0);
        }
        return new Scalar(ScalarRange.loaded(size, false));
    }

    /// Keeps to the zeros that came with the spilled value; all other zeros were insisted on when they were stored.
    void demandZeros() {
        if (spilled instanceof Scalar scalar && (zero & spilledMask()) != 0) {
            scalar.markPrecise();
        }
    }
}
