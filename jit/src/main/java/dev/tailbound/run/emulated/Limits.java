package dev.tailbound.run.emulated;

/// Limits of a run.
///
/// @param tailCalls    maximum number; the run ends when one more arrives
/// @param instructions maximum number of machine instructions
record Limits(int tailCalls, long instructions) {}
