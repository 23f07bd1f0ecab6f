package dev.tailbound.jit;

import static dev.tailbound.jit.PokeProtocol.Step.BYPASS;
import static dev.tailbound.jit.PokeProtocol.Step.TARGET;
import static dev.tailbound.jit.PokeProtocol.Step.WAIT;

import java.util.List;

/// Steps that patch direct tail calls after an update of their slot. Replacing one program by another is a single [Step#TARGET].
///
/// @param fill  steps when an empty slot is filled
/// @param clear steps when a slot is cleared
public record PokeProtocol(String name, List<Step> fill, List<Step> clear) {

    /// A step, done for all direct tail calls of a slot before the next one.
    public enum Step {
        /// Patches the target jump: to the program, or a no-op for an empty slot.
        TARGET,
        /// Patches the bypass: a no-op for a program, or for an empty slot a jump over the frame release and the target jump.
        BYPASS,
        /// Waits until all current runs have ended (`synchronize_rcu`).
        WAIT
    }

    // @formatter:off
    /// No direct tail calls: all of them read the array.
    public static final PokeProtocol NONE         = new PokeProtocol("indirect", List.of(), List.of());
    /// Result of the 2020 thread, in kernels from 5.10 on. The thread's sketch patches the target first also when a slot is cleared, which is a bug.
    public static final PokeProtocol KERNEL       = new PokeProtocol("bypass", List.of(TARGET, BYPASS), List.of(BYPASS, WAIT, TARGET));
    /// The thread's first proposal: the same patch sites, bypass first, without waiting.
    public static final PokeProtocol IP_AUX       = new PokeProtocol("ip-aux", List.of(BYPASS, TARGET), List.of(BYPASS, TARGET));
    /// The thread's second proposal: no bypass; the frame is rebuilt after a no-op target.
    public static final PokeProtocol POP_NOP_PUSH = new PokeProtocol("pop-nop-push", List.of(TARGET), List.of(TARGET));
    // @formatter:on

    public PokeProtocol {
        fill = List.copyOf(fill);
        clear = List.copyOf(clear);
    }

    /// Tail calls with a known slot are direct.
    public boolean isDirect() {
        return !fill.isEmpty();
    }

    /// The code has a jump over the frame release.
    public boolean hasBypass() {
        return fill.contains(BYPASS);
    }
}
