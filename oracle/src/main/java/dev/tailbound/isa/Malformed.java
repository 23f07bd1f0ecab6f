package dev.tailbound.isa;

import java.util.List;

/// Bytes that are no program, and why not: what kernels and the verifier refuse unread.
///
/// @param slots  eight bytes each, little-endian
/// @param reason names the slot: `insn 3: opcode 0x8d (callx) is not accepted`
public record Malformed(List<Long> slots, String reason) {
    public Malformed {
        slots = List.copyOf(slots);
    }
}
