package dev.tailbound.forms;

import dev.tailbound.cases.Bytes;
import dev.tailbound.forms.c.Slot;
import dev.tailbound.isa.BadInput;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A `bpf(2)` call of a reproducer, in the order of the calls. Results are known by names, such as `r0`.
sealed interface BpfCall {
    /// `BPF_MAP_CREATE`; the result is the map.
    record MapCreate(String result, int line, int type, int keySize, int valueSize, int entries) implements BpfCall {}

    /// `BPF_MAP_UPDATE_ELEM`.
    ///
    /// @param program for a program array, the result that is the value; empty if the value is bytes
    record MapUpdate(String map, int line, int key, Bytes value, String program) implements BpfCall {}

    /// `BPF_PROG_LOAD`; the result is the program. The `map` of a slot is the result that it names.
    ///
    /// @param unreadable why there are no slots; reported if a case needs the program
    record ProgLoad(String result, int line, int type, List<Slot> slots, Optional<BadInput> unreadable) implements BpfCall {
        /// A load whose instructions are read here.
        static ProgLoad of(String result, int line, int type, Supplier<List<Slot>> read) {
            try {
                return new ProgLoad(result, line, type, read.get(), Optional.empty());
            } catch (BadInput why) {
                return new ProgLoad(result, line, type, List.of(), Optional.of(why));
            }
        }
    }

    /// `BPF_PROG_TEST_RUN`.
    record TestRun(String program) implements BpfCall {}

    /// A second name of a result.
    record Alias(String name, String of) implements BpfCall {}
}
