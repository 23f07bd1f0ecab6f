package dev.tailbound.jit.x86;

import dev.tailbound.jit.CodeBuffer;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.Poke;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One pass of code generation over a function, which knows the offsets of instructions from the pass before.
///
/// Jumps have a short and a long form, so their sizes depend on distances and the distances on sizes. Passes are repeated until the offsets stay
/// the same; late passes pad jumps that would shrink, so that this comes about.
public final class EmissionPass {
    /// Size that the first pass assumes for the code of a slot: larger than almost any, so that jumps start out long.
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

    /// The first pass over a function that will lie at `base`.
    static EmissionPass first(Lowered lowered, Subprogram function, long base) {
        var guesses = new int[function.end() - function.start() + 1];
        guesses[0] = GUESS_PER_SLOT;
        for (int i = 1; i < guesses.length; i++) {
            guesses[i] = guesses[i - 1] + GUESS_PER_SLOT * lowered.program().insn(function.start() + i - 1).slots();
        }
        return new EmissionPass(base, function.start(), guesses, NONE, false);
    }

    /// One more pass over a function that was compiled for another address: its offsets are right already.
    static EmissionPass extra(Subprogram function, MachineCode measured, long base) {
        return new EmissionPass(base, function.start(), measured.offsets(), measured.bytes(), true);
    }

    /// The pass after this one, which gave `code`.
    EmissionPass next(byte[] code, boolean padded) {
        return new EmissionPass(base, start, offsets, code, padded);
    }

    /// Records where the code of an instruction, or of what follows the last one, starts.
    void begin(int index, int offset) {
        offsets[index - start] = offset;
    }

    /// Appends an instruction's code as it was in the pass before; false where there was none.
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

    /// The pass changed nothing.
    boolean isStable() {
        return Arrays.equals(offsets, previous);
    }

    int[] offsets() {
        return offsets;
    }

    long base() {
        return base;
    }

    /// Where the code of an instruction ended in the pass before.
    int end(int index) {
        return previous[index - start + 1];
    }

    /// From the end of an instruction to the start of another one, as of the pass before.
    int distance(int from, int to) {
        return previous[to - start] - end(from);
    }

    /// How many bytes to fill in so that the instruction keeps its size, where its code would end at `end`; 0 in early passes.
    int padding(int index, int end) {
        int size = end - offsets[index - start];
        return padded ? end(index) - previous[index - start] - size : 0;
    }
}
