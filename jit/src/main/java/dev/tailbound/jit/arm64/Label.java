package dev.tailbound.jit.arm64;

import java.util.ArrayList;
import java.util.List;

/// A branch target that may be bound after the branches to it.
///
/// `var done = new Label(); asm.cbz(W64, X11, done); ...; asm.bind(done);`
public final class Label {
    private static final int UNBOUND = -1;

    /// A branch at byte `position` to this still unbound label.
    record Pending(int position, BranchField field) {}

    // Shared because most labels have no branches.
    private List<Pending> pending = List.of();
    private int position = UNBOUND;

    boolean isBound() {
        return position != UNBOUND;
    }

    /// The label's offset in bytes.
    int position() {
        if (!isBound()) {
            throw new IllegalStateException("label is not bound");
        }
        return position;
    }

    void await(Pending branch) {
        if (pending.isEmpty()) {
            pending = new ArrayList<>();
        }
        pending.add(branch);
    }

    /// Binds the label and returns its pending branches.
    List<Pending> bindTo(int position) {
        if (isBound()) {
            throw new IllegalStateException("label is bound twice: at +0x%x and at +0x%x".formatted(this.position, position));
        }
        this.position = position;
        return pending;
    }
}
