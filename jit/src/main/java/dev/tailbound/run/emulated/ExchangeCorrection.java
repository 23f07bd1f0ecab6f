package dev.tailbound.run.emulated;

import dev.tailbound.run.emulated.HostIsa.Register;
import java.util.Map;

/// Keeps the upper half of the accumulator where a 32-bit compare-and-exchange succeeds.
///
/// Processors do not write rax then (SDM 2A, CMPXCHG); the emulator writes eax to it, which clears the upper half. Corrected before the next
/// instruction runs.
final class ExchangeCorrection {
    private final Unicorn unicorn;
    private final Register accumulator;
    private final Unicorn.Watch watch;
    private Map<Long, Long> exchanges = Map.of();
    private boolean isPending;
    private long end;
    private long before;

    ExchangeCorrection(Unicorn unicorn, Register accumulator) {
        this.unicorn = unicorn;
        this.accumulator = accumulator;
        this.watch = unicorn.watch(this::aboutToRun);
    }

    /// Starts a run of code with these exchanges, see [CorrectedCode#exchanges].
    void begin(Map<Long, Long> inCode) {
        exchanges = inCode;
        isPending = false;
        watch.at(inCode);
    }

    /// Called before an instruction, as often as there are hooks on it.
    void aboutToRun(long address) {
        if (isPending && address == end) {
            long after = unicorn.read(accumulator);
            if ((int) after == (int) before) { // a failed exchange has loaded another value
                unicorn.write(accumulator, before);
            }
        }
        Long next = exchanges.get(address);
        isPending = next != null;
        if (isPending) {
            end = next;
            before = unicorn.read(accumulator);
        }
    }
}
