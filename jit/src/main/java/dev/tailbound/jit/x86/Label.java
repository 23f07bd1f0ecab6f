package dev.tailbound.jit.x86;

import dev.tailbound.jit.CodeBuffer;
import java.util.ArrayList;
import java.util.List;

/// A target of forward or backward short jumps within one instruction's code.
public final class Label {
    private static final int UNBOUND = -1;

    private final List<Integer> sites = new ArrayList<>();
    private int position = UNBOUND;

    /// Appends the displacement byte of a jump to this label.
    void reference(CodeBuffer code) {
        code.u8(0);
        if (position == UNBOUND) {
            sites.add(code.size() - 1);
        } else {
            patch(code, code.size() - 1);
        }
    }

    /// Binds the label to the current position.
    void bind(CodeBuffer code) {
        if (position != UNBOUND) {
            throw new IllegalStateException("label is already bound at offset " + position);
        }
        position = code.size();
        sites.forEach(site -> patch(code, site));
    }

    private void patch(CodeBuffer code, int site) {
        int displacement = position - (site + 1);
        if (displacement != (byte) displacement) {
            throw new IllegalStateException(
                    "short jump at offset %d reaches -128..127, expected %d".formatted(site - 1, displacement));
        }
        code.patchU8(site, displacement);
    }
}
