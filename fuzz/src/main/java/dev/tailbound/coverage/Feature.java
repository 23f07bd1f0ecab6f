package dev.tailbound.coverage;

import java.util.stream.Stream;

/// A property of a case or function that can expose faults of its own.
///
/// Features of a function are counted with each kind of call in the same function; features of a case are about all of its tail calls.
public enum Feature {
    // @formatter:off
    NO_STACK            (Scope.FUNCTION, "no stack"),
    STACK_MULTIPLE_OF_16(Scope.FUNCTION, "stack depth a multiple of 16"),
    STACK_MULTIPLE_OF_8 (Scope.FUNCTION, "stack depth a multiple of 8 only"),
    STACK_UNALIGNED     (Scope.FUNCTION, "stack depth not a multiple of 8"),
    STACK_DEEP          (Scope.FUNCTION, "stack deeper than 128 bytes"),
    SLOT_LOAD           (Scope.FUNCTION, "load from the stack"),
    SLOT_STORE          (Scope.FUNCTION, "store to the stack"),
    CALLER_SLOT         (Scope.FUNCTION, "access to a caller's stack"),
    VARIABLE_SLOT       (Scope.FUNCTION, "variable offset into the stack"),
    SPILLED_POINTER     (Scope.FUNCTION, "address through the stack"),
    NO_SAVED_REGISTER   (Scope.FUNCTION, "no callee-saved register"),
    SOME_SAVED_REGISTERS(Scope.FUNCTION, "some callee-saved registers"),
    ALL_SAVED_REGISTERS (Scope.FUNCTION, "all callee-saved registers"),

    FORWARD_NEAR        (Scope.FUNCTION, "short jump forward"),
    FORWARD_FAR         (Scope.FUNCTION, "long jump forward"),
    BACKWARD_NEAR       (Scope.FUNCTION, "short jump backward"),
    BACKWARD_FAR        (Scope.FUNCTION, "long jump backward"),
    GOTOL               (Scope.FUNCTION, "gotol"),
    SEVERAL_EXITS       (Scope.FUNCTION, "several exits"),
    NO_RESULT           (Scope.FUNCTION, "subprogram that never writes r0"),

    VALUE_LOAD          (Scope.FUNCTION, "load from a map value"),
    VALUE_STORE         (Scope.FUNCTION, "store to a map value"),
    VARIABLE_OFFSET     (Scope.FUNCTION, "variable offset"),
    CONTEXT_LOAD        (Scope.FUNCTION, "load from the context"),
    CONTEXT_STORE       (Scope.FUNCTION, "store to the context"),
    ATOMIC              (Scope.FUNCTION, "atomic"),
    ATOMIC_FETCH        (Scope.FUNCTION, "atomic that fetches"),
    ATOMIC_SLOT         (Scope.FUNCTION, "atomic on the stack"),
    ORDERED             (Scope.FUNCTION, "load-acquire, store-release"),

    DIVISION            (Scope.FUNCTION, "division"),
    SIGNED_DIVISION     (Scope.FUNCTION, "signed division"),
    SHIFT_BY_REGISTER   (Scope.FUNCTION, "shift by a register"),
    SIGN_EXTENSION      (Scope.FUNCTION, "sign extension"),
    BYTE_SWAP           (Scope.FUNCTION, "byte swap"),
    WIDE_CONSTANT       (Scope.FUNCTION, "64-bit constant"),

    FENTRY_SITE         (Scope.FUNCTION, "function with fentry"),
    FEXIT_SITE          (Scope.FUNCTION, "function with fexit"),
    FMOD_RET_SITE       (Scope.FUNCTION, "function with fmod_ret"),
    REPLACED            (Scope.FUNCTION, "function that is replaced"),
    TRACING             (Scope.FUNCTION, "function of a tracing program"),
    EXTENSION           (Scope.FUNCTION, "function of an extension"),
    EVENT               (Scope.FUNCTION, "instruction at which a slot changes"),

    FORWARD_VERY_FAR    (Scope.CASE, "jump forward over more than 2 KiB"),
    SEVERAL_ARRAYS      (Scope.CASE, "several program arrays"),
    EMPTY_SLOT          (Scope.CASE, "array with an empty slot"),
    SELF_SLOT           (Scope.CASE, "slot with a program that uses the array"),
    CONSTANT_FILLED     (Scope.CASE, "constant index of a filled slot"),
    CONSTANT_EMPTY      (Scope.CASE, "constant index of an empty slot"),
    CONSTANT_OUTSIDE    (Scope.CASE, "constant index out of range"),
    CONSTANT_UPPER_BITS (Scope.CASE, "constant index with bits above 32"),
    VARIABLE_INDEX      (Scope.CASE, "variable index"),
    TAIL_CALL_DEPTH_0   (Scope.CASE, "tail call from a main program"),
    TAIL_CALL_DEPTH_1   (Scope.CASE, "tail call one call deep"),
    TAIL_CALL_DEPTH_2   (Scope.CASE, "tail call two calls deep"),
    TAIL_CALL_DEPTH_3   (Scope.CASE, "tail call three calls deep"),
    TAIL_CALL_DEPTH_4   (Scope.CASE, "tail call four calls deep"),
    TAIL_CALL_IN_LOOP   (Scope.CASE, "tail call in a loop"),
    CHAIN               (Scope.CASE, "chain of three programs or more"),
    CYCLE               (Scope.CASE, "cycle of tail calls"),
    HIERARCHY           (Scope.CASE, "several calls of a subprogram that tail-calls back"),
    TARGET_WITH_CALLS   (Scope.CASE, "target with subprograms"),
    LEAF_TARGET         (Scope.CASE, "target without calls"),
    PROLOGUE            (Scope.CASE, "prologue"),
    EPILOGUE            (Scope.CASE, "epilogue"),
    EPILOGUE_OF_EXITS   (Scope.CASE, "epilogue after several exits"),
    EXIT_IN_LOOP        (Scope.CASE, "epilogue after an exit in a loop"),
    GENERATED_KFUNC     (Scope.CASE, "kfunc called in a prologue or epilogue"),
    GENERATED_IMMEDIATE (Scope.CASE, "kfunc called there by an immediate"),
    START_OVER          (Scope.CASE, "jump back to where a prologue or epilogue is set up"),

    ENTRY_SITE          (Scope.CASE, "program attached to the entry program itself"),
    SEVERAL_ATTACHED    (Scope.CASE, "several programs attached to a function"),
    NESTED_TAIL_CALL    (Scope.CASE, "tracing program that tail-calls"),
    NESTED_IN_CHAIN     (Scope.CASE, "tracing program that tail-calls at a function that tail-calls"),
    SLOT_FILLED         (Scope.CASE, "slot that is filled during the run"),
    SLOT_CLEARED        (Scope.CASE, "slot that is cleared"),
    SLOT_REPLACED       (Scope.CASE, "slot that gets another program"),
    SLOT_CHANGED_AGAIN  (Scope.CASE, "slot that changes more than once"),
    DIRECT_CHANGED      (Scope.CASE, "slot of a constant index that changes"),
    EVENT_IN_HELPER     (Scope.CASE, "slot that changes during a helper call"),
    EVENT_BY_HELPER     (Scope.CASE, "slot that has changed when a helper call returns"),
    EVENT_IN_SUBPROGRAM (Scope.CASE, "slot that changes while a subprogram runs");
    // @formatter:on

    /// What a feature belongs to.
    public enum Scope {
        FUNCTION, CASE
    }

    private static final Feature[] ALL = values();
    /// Features of functions come first.
    private static final int FUNCTION_FEATURES = (int) Stream.of(ALL).filter(feature -> feature.scope == Scope.FUNCTION).count();

    private final Scope scope;
    private final String title;

    Feature(Scope scope, String title) {
        this.scope = scope;
        this.title = title;
    }

    public Scope scope() {
        return scope;
    }

    /// Whether a function can have both. Only subprograms have callers and can be replaced; every call writes r0.
    public boolean fits(CallKind kind) {
        if (this == NO_RESULT) {
            return kind == CallKind.NONE;
        }
        boolean isOfSubprograms = this == CALLER_SLOT || this == REPLACED;
        return scope == Scope.FUNCTION && !(isOfSubprograms && kind == CallKind.TAIL_CALL_FROM_MAIN);
    }

    public String title() {
        return title;
    }

    /// A bit of its own in sets of features of the same scope.
    @SuppressWarnings("EnumOrdinal") // nothing stores such sets
    long bit() {
        return 1L << (scope == Scope.FUNCTION ? ordinal() : ordinal() - FUNCTION_FEATURES);
    }

    /// The features in a set of those of a scope.
    static Stream<Feature> in(Scope scope, long set) {
        return Stream.of(ALL).filter(feature -> feature.scope == scope && (set & feature.bit()) != 0);
    }
}
