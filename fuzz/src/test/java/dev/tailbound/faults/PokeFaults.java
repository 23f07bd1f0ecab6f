package dev.tailbound.faults;

import static dev.tailbound.jit.PokeProtocol.Step.BYPASS;
import static dev.tailbound.jit.PokeProtocol.Step.TARGET;
import static dev.tailbound.jit.PokeProtocol.Step.WAIT;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.PokeProtocol.Step;
import dev.tailbound.jit.x86.ControlFlowEmitter;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import java.util.List;

/// Faults in the patching of x86-64 direct tail calls when slots change during a run.
final class PokeFaults {
    private static final List<Step> FILL = PokeProtocol.KERNEL.fill();
    private static final List<Step> CLEAR = PokeProtocol.KERNEL.clear();

    // @formatter:off
    static final List<Fault> ALL = List.of(
            order("filling opens the way before there is a target",       List.of(BYPASS, TARGET), CLEAR),
            order("filling never opens the way",                          List.of(TARGET),         CLEAR),
            order("filling leaves the target out",                        List.of(BYPASS),         CLEAR),
            order("filling waits until all runs have ended",              List.of(WAIT, TARGET, BYPASS), CLEAR),
            order("clearing takes the target away first",                 FILL, List.of(TARGET, WAIT, BYPASS)),
            order("clearing takes the target away first, without a wait", FILL, List.of(TARGET, BYPASS)),
            order("clearing leaves the way open",                         FILL, List.of(TARGET)),
            fault("a direct tail call follows the slot after its own", X86.flow(body -> new ControlFlowEmitter(body.asm(), body.frame(),
                    X86.OPTIONS, X86.SCHEME, body.linkage(), body.pass()) {
                @Override
                public void tailCall(ArraySlot slot) {
                    super.tailCall(new ArraySlot(slot.map(), slot.key() + 1));
                }
            })));
    // @formatter:on

    private PokeFaults() {}

    private static Fault order(String name, List<Step> fill, List<Step> clear) {
        return fault(name, new X86Backend(X86.OPTIONS.withPokes(new PokeProtocol(name, fill, clear)), X86.SCHEME));
    }

    private static Fault fault(String name, X86Backend backend) {
        return new Fault(name, Topic.TAIL_CALLS, "", Machine.X86_64, backend);
    }
}
