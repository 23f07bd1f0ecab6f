package dev.tailbound.jit;

/// One rewrite of a program between the verifier and the JIT.
public interface Rewrite {

    /// The name on the command line and in listings of the stages.
    String name();

    /// The program after this step; the same object if nothing changed.
    Lowered apply(Lowered source);

    /// Context layout after this step, given the layout before it.
    default ContextLayout context(ContextLayout before) {
        return before;
    }
}
