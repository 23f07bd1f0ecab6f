package dev.tailbound.run.emulated;

import dev.tailbound.cases.Case;
import dev.tailbound.run.emulated.ConcurrentUpdates.SlotUpdate;
import dev.tailbound.run.emulated.DirectTailCalls.Update;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Kernel steps for the events of a case: store the array's slot, then patch the direct tail calls of that slot.
final class ProgArrayUpdates {
    private ProgArrayUpdates() {}

    static List<SlotUpdate> of(Case source, GuestMemory memory) {
        var contents = memory.objects().filledSlots();
        var slotUpdates = new ArrayList<SlotUpdate>();
        for (var event : source.events()) {
            var slot = new ArraySlot(event.map(), event.key());
            var next = program(source, event.program());
            var before = next.isPresent() ? contents.put(slot, next.getAsInt()) : contents.remove(slot);
            var last = before == null ? OptionalInt.empty() : OptionalInt.of(before);
            var updates = new ArrayList<Update>();
            updates.add(new Update.Store(memory.objects().slot(slot),
                    next.isPresent() ? memory.objects().program(next.getAsInt()) : 0));
            updates.addAll(memory.code().directTailCalls().update(slot, landing(memory, last), landing(memory, next)));
            slotUpdates.add(new SlotUpdate(event, updates));
        }
        return slotUpdates;
    }

    private static OptionalInt program(Case source, String name) {
        return name.isEmpty() ? OptionalInt.empty() : OptionalInt.of(source.programIndex(name));
    }

    private static OptionalLong landing(GuestMemory memory, OptionalInt program) {
        return program.isPresent() ? OptionalLong.of(memory.code().landing(program.getAsInt())) : OptionalLong.empty();
    }
}
