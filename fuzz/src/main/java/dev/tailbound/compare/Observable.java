package dev.tailbound.compare;

/// The parts of a run that are compared, in the order of comparison: causes before their effects.
public enum Observable {
    // @formatter:off
    REFUSED     ("refused"),
    OUTCOME     ("outcome"),
    BUDGET      ("budget"),
    TAIL_CALLS  ("tail_calls"),
    R0          ("r0"),
    HELPER_CALLS("helper_calls"),
    MAPS        ("maps"),
    CONTEXT     ("context"),
    HOST        ("host"),
    EXPECTATION ("expectation");
    // @formatter:on

    private final String word;

    Observable(String word) {
        this.word = word;
    }

    /// The name in reports and signatures.
    public String word() {
        return word;
    }
}
