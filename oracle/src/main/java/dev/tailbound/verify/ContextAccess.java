package dev.tailbound.verify;

import dev.tailbound.cases.Context.Skb;
import dev.tailbound.cases.Context.Skb.Field;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.verify.MemoryAccess.Use;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Checks accesses to `struct __sk_buff`: aligned, within one field, and narrow writes to `cb` only.
final class ContextAccess {
    private static final Field[] FIELDS = Field.values();

    /// A byte range of `struct __sk_buff` that is refused, with the reason.
    private record Refused(int from, int to, String why) {}

    // @formatter:off
    private static final List<Refused> REFUSED = List.of(
        new Refused( 16,  20, "protocol depends on the packet"),
        new Refused( 40,  44, "ifindex depends on the device"),
        new Refused( 76,  84, "data and data_end are packet pointers, read by loads of 32 bits"),
        new Refused( 88, 140, "the socket's addresses are not accessible to programs of this type"),
        new Refused(140, 144, "data_meta is a packet pointer, which is not supported"),
        new Refused(144, 152, "flow_keys is not accessible to programs of this type"),
        new Refused(152, 160, "tstamp is a time, which is not supported"),
        new Refused(160, 164, "wire_len depends on the packet"),
        new Refused(168, 176, "sk is a socket pointer, which is not supported"),
        new Refused(180, 192, "tstamp_type and hwtstamp are about time, which is not supported"));
    // @formatter:on

    /// Kernels keep only 16 bits of them, and write queue_mapping conditionally.
    private static final Set<Field> KEPT_IN_PART = EnumSet.of(Field.QUEUE_MAPPING, Field.TC_INDEX, Field.TC_CLASSID);

    private ContextAccess() {}

    /// The packet pointer that a load of data or data_end returns; empty for all other accesses.
    static Optional<Pointer> packet(Use use, Size size, Pointer pointer) {
        boolean isPacket = pointer.offset() == Skb.DATA || pointer.offset() == Skb.DATA_END;
        return isPacket && use == Use.READ && size == Size.W && pointer.isFixed()
                ? Optional.of(Pointer.to(new PointerTarget.Packet(pointer.offset() == Skb.DATA_END)))
                : Optional.empty();
    }

    /// @param base    the base register's value
    /// @param pointer the same plus the instruction's offset
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
        if (!isAllowed(write, off, size)) {
            throw new Rejection("invalid bpf_context access off=%d size=%d: %s", off, size.bytes(), reason(write, off, size));
        }
    }

    /// The access is inside of a field that a program may read, or write.
    static boolean isAllowed(boolean write, int off, Size size) {
        for (var field : FIELDS) {
            boolean inside = off >= field.offset() && off + size.bytes() <= field.offset() + field.length();
            boolean allowed = !write || (field.writable() && (field == Field.CB || size == Size.W));
            if (inside && allowed && off % size.bytes() == 0) {
                return true;
            }
        }
        return false;
    }

    private static String reason(boolean write, int off, Size size) {
        for (var refused : REFUSED) {
            if (off >= refused.from && off < refused.to) {
                return refused.why;
            }
        }
        for (var field : FIELDS) {
            if (off >= field.offset() && off < field.offset() + field.length()) {
                var name = field.name().toLowerCase(Locale.ROOT);
                return write && !field.writable()
                        ? KEPT_IN_PART.contains(field)
                                ? "writes of %s are not supported: it keeps a part of the value".formatted(name)
                                : "%s is read-only".formatted(name)
                        : "expected an access inside of %s, aligned to its size%s, found %d bytes at %d".formatted(name,
                                write && field != Field.CB ? " and as wide as the field" : "", size.bytes(), off);
            }
        }
        return "there is no field";
    }
}
