package dev.tailbound.verify;

import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Attachments;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a program is loaded as, which of its functions others are attached to, and what passes through these.
final class AttachmentRole {
    private final Optional<Kind> kind;
    private final BitSet sites = new BitSet();
    private final BitSet standIns = new BitSet();
    private final Map<Integer, CallSummary> passed = new HashMap<>();

    /// `kind` is empty for a classifier, which is not attached.
    AttachmentRole(Optional<Kind> kind, ControlFlow flow, Attachments attachments) {
        this.kind = kind;
        var names = attachments.sites(flow.program().name());
        var replaced = attachments.standIns(flow.program().name());
        for (int function = 0; function < flow.functions() && !names.isEmpty(); function++) {
            var label = function == 0 ? "" : flow.name(function);
            sites.set(function, names.contains(label));
            standIns.set(function, replaced.contains(label));
        }
    }

    Optional<Kind> kind() {
        return kind;
    }

    /// Something is attached to the function, so that what its callers leave in registers can be seen.
    boolean isSite(int function) {
        return sites.get(function);
    }

    /// A result of the function may be another program's.
    boolean hasStandIn(int function) {
        return standIns.get(function);
    }

    void called(int function, FrameState caller) {
        if (isSite(function)) {
            passed.put(function, passed(function).called(caller));
        }
    }

    void returned(int function, AbstractValue result) {
        if (isSite(function)) {
            passed.put(function, passed(function).returned(result));
        }
    }

    CallSummary passed(int function) {
        return passed.getOrDefault(function, CallSummary.UNKNOWN);
    }

    /// Checks what a program returns: attached ones return numbers, and tracing ones that cannot stand for a function only 0.
    void checkResult(AbstractValue result) {
        if (kind.isEmpty()) {
            return;
        }
        if (!(result instanceof Scalar scalar)) {
            throw new Rejection("At program exit the register R0 is not a known value (%s), expected a scalar", result
                    .typeName());
        }
        if (kind.get() == Kind.FENTRY || kind.get() == Kind.FEXIT) {
            scalar.markPrecise();
            if (!scalar.range().isZero()) {
                var range = scalar.range().full();
                throw new Rejection("At program exit the register R0 has smin=%d smax=%d should have been in [0, 0]: %s program",
                        range.smin(), range.smax(), kind.get().word());
            }
        }
    }
}
