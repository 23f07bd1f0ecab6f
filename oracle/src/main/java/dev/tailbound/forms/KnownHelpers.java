package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The helpers that every engine offers: a program of another form that calls others cannot be a case.
final class KnownHelpers {
    private KnownHelpers() {}

    /// Their names in one line.
    static String names() {
        return Stream.of(Helper.values()).map(Helper::symbol).collect(Collectors.joining(", "));
    }

    /// Throws [BadInput] at the first call of another helper; `place` gives what messages call the place of a slot.
    static void require(Program program, IntFunction<String> place) {
        for (int i = 0; i < program.size(); i++) {
            if (program.insn(i) instanceof Insn.CallHelper call) {
                int slot = program.slotOf(i);
                require(call, () -> place.apply(slot) + ": insn " + slot);
            }
        }
    }

    static void require(Insn.CallHelper call, Supplier<String> place) {
        if (Helper.byId(call.id()).isEmpty()) {
            throw new BadInput(place.get(),
                    "expected a call of one of the helpers %s, found helper %d".formatted(names(), call.id()));
        }
    }
}
