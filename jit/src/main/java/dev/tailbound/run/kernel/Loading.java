package dev.tailbound.run.kernel;

/// Result of loading the programs of a case into a kernel without running them.
public sealed interface Loading {

    /// All were accepted.
    record Loaded() implements Loading {}

    /// The first line names the first rejected program, the error and its message; the verifier's log follows.
    record Refused(String reason) implements Loading {}

    /// The kernel could not load the case for this reason.
    record NotAsked(String why) implements Loading {}
}
