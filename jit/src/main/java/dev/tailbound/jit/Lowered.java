package dev.tailbound.jit;

import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts.Slot;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program as its JIT gets it: rewritten as the kernel's verifier does before it calls its JIT.
///
/// @param program     the rewritten instructions; may use [dev.tailbound.isa.Reg#AX]
/// @param origin      for each of them the index of the instruction in the original program that it stands for
/// @param subprograms the functions, with positions in the rewritten program
/// @param slots       the slots of tail calls as the verifier knows them, by index in the original program
@SuppressWarnings("ArrayRecordComponent") // one per program and run: read by index, never compared
public record Lowered(Program program, int[] origin, List<Subprogram> subprograms, Map<Integer, Slot> slots) {
    public Lowered {
        subprograms = List.copyOf(subprograms);
        slots = Map.copyOf(slots);
    }

    /// A program in which no tail call's slot is known.
    public Lowered(Program program, int[] origin, List<Subprogram> subprograms) {
        this(program, origin, subprograms, Map.of());
    }

    /// The slot of the tail call at this index, where it is always the same.
    public Optional<Slot> slot(int index) {
        return Optional.ofNullable(slots.get(origin[index]));
    }

    /// The registers that stand in the function's instructions, as a set of [dev.tailbound.isa.Reg#bit()]s.
    public int registers(Subprogram function) {
        int registers = 0;
        for (int i = function.start(); i < function.end(); i++) {
            registers |= program.insn(i).registers();
        }
        return registers;
    }

    /// The position in `subprograms` of the function that starts at the instruction, a call's target.
    public int subprogramAt(int start) {
        for (int i = 0; i < subprograms.size(); i++) {
            if (subprograms.get(i).start() == start) {
                return i;
            }
        }
        throw new IllegalArgumentException("%s: no function starts at insn %d".formatted(program.name(), start));
    }
}
