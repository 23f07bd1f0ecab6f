package dev.tailbound.jit.arm64;

import java.util.ArrayList;
import java.util.List;

/// A place in the code that branches can name before it is known.
///
/// `var done = new Label(); asm.cbz(W64, X11, done); ...; asm.bind(done);`
public final class Label {
    private static final int UNBOUND = -1;

    /// A branch at the byte `position` that waits for this label.
    record Pending(int position, BranchField field) {}

    // Most labels stand at instructions that nothing jumps to.
    private List<Pending> pending = List.of();
    private int position = UNBOUND;

    boolean isBound() {
        return position != UNBOUND;
    }

    /// The label's place, in bytes from the start of the code.
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

    /// Fixes the place and returns the branches that were waiting for it.
    List<Pending> bindTo(int position) {
        if (isBound()) {
            throw new IllegalStateException("label is bound twice: at +0x%x and at +0x%x".formatted(this.position, position));
        }
        this.position = position;
        return pending;
    }
}
