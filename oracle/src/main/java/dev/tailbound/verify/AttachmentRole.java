package dev.tailbound.verify;

import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Attachments;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Attachment of one program: its kind, the functions that other programs are attached to, and the values that pass through these functions.
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

    /// Some program is attached to the function and can therefore read the argument registers that its callers leave.
    boolean isSite(int function) {
        return sites.get(function);
    }

    /// Another program may return in place of the function.
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

    /// Checks the result of a program: attached programs return scalars, and fentry and fexit programs only 0.
    void checkResult(AbstractValue result) {
        if (kind.isEmpty()) {
            return;
        }
        if (!(result instanceof Scalar scalar)) {
            throw new Rejection("At program exit the register R0 is not a known value (%s), expected a scalar",
                    result.typeName());
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
