package dev.tailbound.jit;

/// One step between the verifier's acceptance and the JIT: from program to program.
public interface Rewrite {

    /// The name on the command line and in listings of the stages.
    String name();

    /// The program after this step; the very object that was given where there was nothing to do.
    Lowered apply(Lowered source);

    /// How the context lies in memory for programs that come from this step, given how it does for those that come to it.
    default ContextLayout context(ContextLayout before) {
        return before;
    }
}
