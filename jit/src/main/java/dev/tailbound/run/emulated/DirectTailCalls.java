package dev.tailbound.run.emulated;

import dev.tailbound.jit.Image;
import dev.tailbound.jit.Poke;
import dev.tailbound.jit.PokeProtocol.Step;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The direct tail calls of a case with their guest addresses, and how program array updates patch them.
///
/// As in the kernel, all steps for one call are done before the next call is patched.
final class DirectTailCalls {
    private final HostIsa isa;
    private final List<Placed> calls = new ArrayList<>();

    /// A direct tail call of the function at `base`.
    private record Placed(Poke poke, long base) {}

    /// A step of an update. Patches are atomic: no processor sees a partial one.
    sealed interface Update {
        @SuppressWarnings("ArrayRecordComponent") // a few bytes on their way into the guest, never compared
        record Patch(long address, byte[] code) implements Update {}

        /// An atomic store of a pointer in a program array.
        record Store(long address, long value) implements Update {}

        /// All further steps wait until the run has ended.
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

    /// Steps that redirect the calls of this slot from `last` to `next` (landing addresses); empty for an empty slot.
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
