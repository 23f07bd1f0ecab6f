package dev.tailbound.jit;

/// One step between the verifier's acceptance and the JIT: from program to program.
public interface Rewrite {

    /// The name on the command line and in listings of the stages.
    String name();

    /// The program after this step; the very object that was given where there was nothing to do.
    Lowered apply(Lowered source);
}
