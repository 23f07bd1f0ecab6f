package dev.tailbound.verify;

import dev.tailbound.cases.Context.Skb.Field;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.verify.MemoryAccess.Use;

/// Accesses to `struct __sk_buff`: aligned, within one field, and narrow writes to `cb` only.
final class ContextAccess {
    private static final Field[] FIELDS = Field.values();

    private ContextAccess() {}

    /// @param base    the base register's contents
    /// @param pointer the same with the instruction's offset
    static void check(Use use, Size size, Reg reg, AbstractValue base, Pointer pointer) {
        switch (use) {
            case ATOMIC_READ -> throw new Rejection("BPF_ATOMIC loads from %s ctx is not allowed", reg);
            case ATOMIC_WRITE -> throw new Rejection("BPF_ATOMIC stores into %s ctx is not allowed", reg);
            case READ, WRITE -> {
                if (!(base instanceof Pointer start && start.isUnmodified())) {
                    throw new Rejection("dereference of modified ctx ptr %s: %s, expected ctx", reg, base);
                }
                checkField(use == Use.WRITE, pointer.offset(), size);
            }
        }
    }

    private static void checkField(boolean write, int off, Size size) {
        for (var field : FIELDS) {
            boolean inside = off >= field.offset() && off + size.bytes() <= field.offset() + field.length();
            boolean allowed = !write || (field.writable() && (field == Field.CB || size == Size.W));
            if (inside && allowed && off % size.bytes() == 0) {
                return;
            }
        }
        throw new Rejection(
                "invalid bpf_context access off=%d size=%d: this %s is not supported, only aligned ones to len, mark, priority and cb",
                off, size.bytes(), write ? "write" : "read");
    }
}
