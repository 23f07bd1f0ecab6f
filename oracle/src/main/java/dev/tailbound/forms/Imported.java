package dev.tailbound.forms;

import dev.tailbound.cases.Case;

/// A case that an input holds.
///
/// @param name what the input calls it, such as a test's or a section's name; unique in the input, empty where the input holds one case
public record Imported(String name, Case source) {}
