package dev.tailbound.verify;

import dev.tailbound.isa.Size;
import java.nio.ByteOrder;

/// Eight aligned bytes of a stack: the written bytes and their abstract contents.
///
/// Contents are immutable; a write creates a new slot. Only the mark "was read" is set later. It propagates to the older slots that a slot was made
/// from, so that a kept state knows which of its slots were read.
final class StackSlot {
    static final int ALL = 0xff;

    /// Written bytes as a mask; bit 0 is the lowest address.
    private final int written;
    /// Bytes known to be zero, as a mask.
    private final int zero;
    /// The value stored into the first `spilledBytes` bytes, or null.
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

    /// The slot after storing a number at byte `at`; `old` may be null.
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

    /// The same bytes with unknown contents.
    StackSlot forgotten() {
        return new StackSlot(written, 0, null, 0, this);
    }

    /// The same bytes with a refined spilled value.
    StackSlot withSpilled(AbstractValue value) {
        return new StackSlot(written, zero, value, spilledBytes, this);
    }

    /// The same slot without the read mark.
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

    /// Zero bytes outside the spilled value.
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

    /// Result of a load, zero-extended; unwritten bytes are unknown.
    AbstractValue load(int at, Size size, ByteOrder order) {
        markRead();
        if (spilled instanceof Pointer && size != Size.DW) {
            throw new Rejection("invalid size of register fill: %d bytes of a spilled %s", size.bytes(), spilled.typeName());
        }
        // The kernel's bpf_stack_narrow_access_ok: a narrow load of the low bytes of the value, whose place depends on the byte order.
        int low = order == ByteOrder.BIG_ENDIAN ? spilledBytes - size.bytes() : 0;
        if (at == low && size.bytes() <= spilledBytes) {
            return spilled instanceof Scalar scalar ? truncated(scalar, size) : spilled;
        }
        int bytes = bytes(at, size);
        if ((zero & bytes) == bytes) {
            demandZeros();
            return Scalar.constant(0);
        }
        return new Scalar(ScalarRange.loaded(size, false));
    }

    /// Marks the spilled value as precise if zeros depend on it. All other zeros were marked when they were stored.
    void demandZeros() {
        if (spilled instanceof Scalar scalar && (zero & spilledMask()) != 0) {
            scalar.markPrecise();
        }
    }
}
