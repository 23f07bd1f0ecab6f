package dev.tailbound.forms.elf;

import dev.tailbound.cases.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// An entry program followed by the subprograms that it reaches, as linked by libbpf.
///
/// @param code       eight bytes a slot; calls are relative, kfuncs have the numbers of [dev.tailbound.isa.Kfunc]
/// @param references the `ld_imm64` that name a map or a variable, whose immediates are open
/// @param functions  the names of the functions by the slot that they begin at
public record Linked(Bytes code, List<Reference> references, SortedMap<Integer, String> functions) {
    public Linked {
        references = List.copyOf(references);
        functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
    }

    /// A `ld_imm64` whose value is the address of a byte of a section: of a map in `.maps`, or of a variable.
    public record Reference(int slot, String section, long offset) {}
}
