package dev.tailbound.bench;

/// A part of the work on a case that is measured separately.
///
/// @param bare whether it is time inside an emulator, which any harness needs for the same machine code
public record Stage(String name, boolean bare) {}
