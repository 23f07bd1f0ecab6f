package dev.tailbound.run.emulated;

/// What a run may take before it is stopped.
///
/// @param tailCalls    it ends at the arrival of one more
/// @param instructions of the machine
record Limits(int tailCalls, long instructions) {}
