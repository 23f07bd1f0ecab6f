package dev.tailbound.bench;

/// A part of the work on a case that is measured for itself.
///
/// @param bare it is time inside an emulator, which no harness around the same machine code could save
public record Stage(String name, boolean bare) {}
