package dev.tailbound.isa;

import java.util.List;

/// Bytes that cannot be decoded as a program, with the reason; kernels and the verifier reject them at once.
///
/// @param slots  eight bytes each, little-endian
/// @param reason names the slot: `insn 3: opcode 0x8d (callx) is not accepted`
public record Malformed(List<Long> slots, String reason) {
    public Malformed {
        slots = List.copyOf(slots);
    }
}
