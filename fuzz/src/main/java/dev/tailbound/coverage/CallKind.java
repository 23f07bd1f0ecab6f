package dev.tailbound.coverage;

/// A kind of call that a function makes. Features are counted with each kind, since a fault often needs the two together.
public enum CallKind {
    /// The function makes no call.
    NONE("none"), SUBPROGRAM("bpf2bpf"), TAIL_CALL_FROM_MAIN("tail call from main"),
    TAIL_CALL_FROM_SUBPROGRAM("tail call from subprogram"), HELPER("helper"), KFUNC("kfunc");

    private final String title;

    CallKind(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
