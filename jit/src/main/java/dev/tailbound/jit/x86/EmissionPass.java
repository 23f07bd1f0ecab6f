package dev.tailbound.jit.x86;

import dev.tailbound.jit.CodeBuffer;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.Poke;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One code generation pass over a function, using the instruction offsets of the previous pass.
///
/// Jumps have a short and a long form, so their sizes depend on distances and the distances on sizes. Passes are repeated until the offsets are
/// stable; late passes pad shrinking jumps to guarantee convergence.
public final class EmissionPass {
    /// Code size per slot that the first pass assumes: larger than almost any, so that jumps start in the long form.
    private static final int GUESS_PER_SLOT = 64;

    private static final byte[] NONE = {};

    private final long base;
    private final int start;
    private final int[] previous;
    private final int[] offsets;
    private final boolean padded;
    private final byte[] code;
    private final List<Poke> pokes = new ArrayList<>();

    private EmissionPass(long base, int start, int[] previous, byte[] code, boolean padded) {
        this.base = base;
        this.start = start;
        this.previous = previous;
        this.offsets = new int[previous.length];
        this.code = code;
        this.padded = padded;
    }

    /// The first pass over a function at `base`.
    static EmissionPass first(Lowered lowered, Subprogram function, long base) {
        var guesses = new int[function.end() - function.start() + 1];
        guesses[0] = GUESS_PER_SLOT;
        for (int i = 1; i < guesses.length; i++) {
            guesses[i] = guesses[i - 1] + GUESS_PER_SLOT * lowered.program().insn(function.start() + i - 1).slots();
        }
        return new EmissionPass(base, function.start(), guesses, NONE, false);
    }

    /// A pass over a function compiled before for another address; its offsets are already final.
    static EmissionPass extra(Subprogram function, MachineCode measured, long base) {
        return new EmissionPass(base, function.start(), measured.offsets(), measured.bytes(), true);
    }

    /// The pass after this one, which produced `code`.
    EmissionPass next(byte[] code, boolean padded) {
        return new EmissionPass(base, start, offsets, code, padded);
    }

    /// Records the start of an instruction's code, or the end of the last.
    void begin(int index, int offset) {
        offsets[index - start] = offset;
    }

    /// Appends an instruction's code from the previous pass; false if there is none.
    boolean repeat(int index, CodeBuffer into) {
        if (code.length == 0) {
            return false;
        }
        into.append(code, previous[index - start], end(index));
        return true;
    }

    /// Records a direct tail call.
    void poke(Poke poke) {
        pokes.add(poke);
    }

    List<Poke> pokes() {
        return pokes;
    }

    /// The pass did not change any offset.
    boolean isStable() {
        return Arrays.equals(offsets, previous);
    }

    int[] offsets() {
        return offsets;
    }

    long base() {
        return base;
    }

    /// End of an instruction's code in the previous pass.
    int end(int index) {
        return previous[index - start + 1];
    }

    /// Distance from the end of an instruction to the start of another in the previous pass.
    int distance(int from, int to) {
        return previous[to - start] - end(from);
    }

    /// Number of padding bytes that keep the instruction's size if its code ends at `end`; 0 in early passes.
    int padding(int index, int end) {
        int size = end - offsets[index - start];
        return padded ? end(index) - previous[index - start] - size : 0;
    }
}
