package dev.tailbound.forms;

import dev.tailbound.cases.Case;

/// A case that an input holds.
///
/// @param name its name in the input, such as that of a test or section; unique in the input, empty if the input holds one case
public record Imported(String name, Case source) {}
