package dev.tailbound.run.emulated;

import dev.tailbound.jit.Image;
import dev.tailbound.jit.Poke;
import dev.tailbound.jit.PokeProtocol.Step;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The direct tail calls of a case, where they lie in the guest, and what the updates of its program arrays do to them.
///
/// As in the kernel, each is taken through all its steps before the next one is looked at.
final class DirectTailCalls {
    private final HostIsa isa;
    private final List<Placed> calls = new ArrayList<>();

    /// A direct tail call of the function at `base`.
    private record Placed(Poke poke, long base) {}

    /// A step of an update. A patch takes effect at once: no processor sees a part of it.
    sealed interface Update {
        @SuppressWarnings("ArrayRecordComponent") // a few bytes on their way into the guest, never compared
        record Patch(long address, byte[] code) implements Update {}

        /// A pointer in a program array, written at once.
        record Store(long address, long value) implements Update {}

        /// What follows waits until the run is over.
        record Wait() implements Update {}
    }

    DirectTailCalls(HostIsa isa, List<Image> images) {
        this.isa = isa;
        for (var image : images) {
            for (var function : image.functions()) {
                function.code().pokes().forEach(poke -> calls.add(new Placed(poke, function.address())));
            }
        }
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /// The steps that make calls of this slot go to `next` (where tail calls to the program land) instead of `last`; empty for an empty slot.
    List<Update> update(ArraySlot slot, OptionalLong last, OptionalLong next) {
        var updates = new ArrayList<Update>();
        for (var call : calls) {
            if (call.poke().slot().equals(slot)) {
                steps(call.poke(), last.isPresent(), next.isPresent()).forEach(step -> updates.add(apply(step, call, next)));
            }
        }
        return updates;
    }

    private static List<Step> steps(Poke poke, boolean wasFilled, boolean isFilled) {
        if (!isFilled) {
            return wasFilled ? poke.protocol().clear() : List.of();
        }
        return wasFilled ? List.of(Step.TARGET) : poke.protocol().fill();
    }

    private Update apply(Step step, Placed call, OptionalLong next) {
        long target = call.base() + call.poke().target();
        long bypass = call.base() + call.poke().bypass();
        return switch (step) {
            case TARGET -> new Update.Patch(target, next.isPresent() ? isa.jump(target, next.getAsLong()) : isa.noJump());
            case BYPASS -> new Update.Patch(bypass, next.isPresent() ? isa.noJump()
                    : isa.jump(bypass, call.base() + call.poke().after()));
            case WAIT -> new Update.Wait();
        };
    }
}
