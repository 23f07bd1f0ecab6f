package dev.tailbound.jit.x86;

import dev.tailbound.jit.CodeBuffer;
import java.util.ArrayList;
import java.util.List;

/// A place within one instruction's code that short jumps go to, forward or backward.
public final class Label {
    private static final int UNBOUND = -1;

    private final List<Integer> sites = new ArrayList<>();
    private int position = UNBOUND;

    /// Appends the byte of displacement of a jump to this label.
    void reference(CodeBuffer code) {
        code.u8(0);
        if (position == UNBOUND) {
            sites.add(code.size() - 1);
        } else {
            patch(code, code.size() - 1);
        }
    }

    /// Puts the label where the next instruction goes.
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
            throw new IllegalStateException("short jump at offset %d reaches -128..127, expected %d".formatted(site - 1,
                    displacement));
        }
        code.patchU8(site, displacement);
    }
}
