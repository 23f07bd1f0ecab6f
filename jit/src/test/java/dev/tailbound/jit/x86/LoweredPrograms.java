package dev.tailbound.jit.x86;

import dev.tailbound.isa.Program;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// LoweredPrograms with facts given by the test.
final class LoweredPrograms {
    private LoweredPrograms() {}

    /// One function without stack and tail calls.
    static Lowered lowered(Program program) {
        return lowered(program, new Subprogram(program.name(), 0, program.size(), 0, false, false));
    }

    static Lowered lowered(Program program, Subprogram... functions) {
        return lowered(program, new TreeMap<>(), functions);
    }

    static Lowered lowered(Program program, SortedMap<Integer, ArraySlot> constantSlots, Subprogram... functions) {
        return Passes.NECESSARY.lowering(Profile.X86_64_V6_12).lower(program,
                new ProgramFacts(List.of(functions), new BitSet(), constantSlots, false));
    }
}
