package dev.tailbound.jit;

import static dev.tailbound.jit.PokeProtocol.Step.BYPASS;
import static dev.tailbound.jit.PokeProtocol.Step.TARGET;
import static dev.tailbound.jit.PokeProtocol.Step.WAIT;

import java.util.List;

/// In which steps direct tail calls follow their slot; another target in place of one takes a single [Step#TARGET].
///
/// @param fill  when a program comes into an empty slot
/// @param clear when a slot becomes empty
public record PokeProtocol(String name, List<Step> fill, List<Step> clear) {

    /// What is done to all direct tail calls of a slot before the next step.
    public enum Step {
        /// Where there is a program: jump to it; a no-op where there is none.
        TARGET,
        /// Where there is a program: a no-op; the jump around release of the frame and target where there is none.
        BYPASS,
        /// Until the runs under way have ended (`synchronize_rcu`).
        WAIT
    }

    // @formatter:off
    /// No direct tail calls: all read the array.
    public static final PokeProtocol NONE         = new PokeProtocol("indirect", List.of(), List.of());
    /// What the 2020 thread arrives at, and kernels have from 5.10 on; its sketch pokes the target first also when a slot is cleared, which breaks.
    public static final PokeProtocol KERNEL       = new PokeProtocol("bypass", List.of(TARGET, BYPASS), List.of(BYPASS, WAIT, TARGET));
    /// That thread's first proposal: the same places, the jump around first and nobody waited for.
    public static final PokeProtocol IP_AUX       = new PokeProtocol("ip-aux", List.of(BYPASS, TARGET), List.of(BYPASS, TARGET));
    /// Its second: there is no bypass jump; the frame is built again after a target that is a no-op.
    public static final PokeProtocol POP_NOP_PUSH = new PokeProtocol("pop-nop-push", List.of(TARGET), List.of(TARGET));
    // @formatter:on

    public PokeProtocol {
        fill = List.copyOf(fill);
        clear = List.copyOf(clear);
    }

    /// Tail calls whose slot is known are direct.
    public boolean isDirect() {
        return !fill.isEmpty();
    }

    /// The code has a jump around the release of the frame.
    public boolean hasBypass() {
        return fill.contains(BYPASS);
    }
}
