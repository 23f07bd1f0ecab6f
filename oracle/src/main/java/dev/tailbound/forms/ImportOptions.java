package dev.tailbound.forms;

import java.util.List;
import java.util.Optional;

/// Options of the user for an input.
///
/// @param as    the form, if it is not to be detected
/// @param entry the program that the case enters, or the test of a table, by name
/// @param slots contents of program arrays that the input does not state
/// @param side  a case file whose sections replace those of the imported case, or are added to them
public record ImportOptions(Optional<Form> as, Optional<String> entry, List<SlotFill> slots, Optional<Source> side) {
    public static final ImportOptions NONE = new ImportOptions(Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    public ImportOptions {
        slots = List.copyOf(slots);
    }
}
