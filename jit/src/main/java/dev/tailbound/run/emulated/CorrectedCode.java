package dev.tailbound.run.emulated;

import java.util.Map;

/// Machine code as the emulator must have it to do what processors do: see docs/emulator.md.
///
/// @param bytes     the code; where processors ignore bytes that the emulator does not, other bytes of the same effect on processors
/// @param exchanges the address of each 32-bit compare-and-exchange, and its end
@SuppressWarnings("ArrayRecordComponent") // one per function and load: copied into the guest, never compared
record CorrectedCode(byte[] bytes, Map<Long, Long> exchanges) {

    /// Code that needs no correction.
    static CorrectedCode of(byte[] bytes) {
        return new CorrectedCode(bytes, Map.of());
    }
}
