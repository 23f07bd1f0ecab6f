package dev.tailbound.run.kernel;

/// What a kernel's verifier says about the programs of a case, loaded as they are and never run.
public sealed interface Loading {

    /// All were accepted.
    record Loaded() implements Loading {}

    /// The first refused program, error and complaint in the first line; the verifier's log follows.
    record Refused(String reason) implements Loading {}

    /// The kernel cannot be asked, for this reason.
    record NotAsked(String why) implements Loading {}
}
