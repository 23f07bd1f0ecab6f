package dev.tailbound.jit;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A program as passed to the JIT, after the rewrites of the kernel's verifier.
///
/// @param source      the program's case
/// @param facts       the verifier's facts, by index in the original program
/// @param program     the rewritten instructions; may use [dev.tailbound.isa.Reg#AX]
/// @param origin      for each of them the index in the [EffectiveProgram] that it implements
/// @param subprograms the functions, with indices in the rewritten program
/// @param kfuncs      the kfuncs that it calls
@SuppressWarnings("ArrayRecordComponent") // one per program and run: read by index, never compared
public record Lowered(Case source, ProgramFacts facts, Program program, int[] origin, List<Subprogram> subprograms,
        List<Descriptor> kfuncs) {
    public Lowered {
        kfuncs = List.copyOf(kfuncs);
        subprograms = List.copyOf(subprograms);
    }

    /// A program with no facts except its functions.
    public Lowered(Program program, int[] origin, List<Subprogram> subprograms) {
        this(alone(program), new ProgramFacts(subprograms, new BitSet(), false), program, origin, subprograms, List.of());
    }

    /// A program of the case before any rewrite.
    static Lowered original(Case source, Program program, ProgramFacts facts) {
        return new Lowered(source, facts, program, IntStream.range(0, program.size()).toArray(), facts.subprograms(),
                facts.kfuncs());
    }

    /// A case with only this program.
    static Case alone(Program program) {
        return new Case("", List.of(), List.of(program), program.name(), Context.Skb.defaults(), Environment.DEFAULT,
                Expectation.NONE);
    }

    /// The program or its functions differ.
    boolean differsFrom(Lowered other) {
        return !program.equals(other.program) || !subprograms.equals(other.subprograms);
    }

    /// The original program.
    public Program written() {
        return source.programs().get(source.programIndex(program.name()));
    }

    /// The original program with prologue and epilogue; [#origin] refers to it.
    public EffectiveProgram whole() {
        return source.whole(source.programIndex(program.name()));
    }

    /// The instruction implements one of the original program, not generated code.
    public boolean isWritten(int index) {
        return origin[index] < facts.subprograms().getLast().end();
    }

    /// The same with another stack depth of a function.
    public Lowered withStackDepth(int subprogram, int depth) {
        var changed = new ArrayList<>(subprograms);
        var before = subprograms.get(subprogram);
        changed.set(subprogram, new Subprogram(before.name(), before.start(), before.end(), depth, before.hasTailCall(),
                before.tailCallReachable()));
        return withSubprograms(changed);
    }

    /// The same program with other facts about its functions.
    public Lowered withSubprograms(List<Subprogram> functions) {
        return new Lowered(source, facts, program, origin, functions, kfuncs);
    }

    /// The same with another kfunc table.
    public Lowered withKfuncs(List<Descriptor> table) {
        return new Lowered(source, facts, program, origin, subprograms, table);
    }

    /// The slot of the tail call at this index, if it is constant.
    public Optional<ArraySlot> slot(int index) {
        return Optional.ofNullable(facts.constantSlots().get(origin[index]));
    }

    /// Registers in the function's instructions, as a set of [dev.tailbound.isa.Reg#bit()]s.
    public int registers(Subprogram function) {
        int registers = 0;
        for (int i = function.start(); i < function.end(); i++) {
            registers |= program.insn(i).registers();
        }
        return registers;
    }

    /// Module of the kfunc that the call targets; 0 is the kernel itself.
    public int module(Insn.CallKfunc call) {
        return kfuncs.stream().filter(kfunc -> kfunc.id() == call.id() && kfunc.off() == call.off()).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s: kfunc %d with offset %d is not in the table".formatted(program.name(), call.id(), call.off())))
                .module();
    }

    /// Index in `subprograms` of the function that starts at the instruction, a call target.
    public int subprogramAt(int start) {
        for (int i = 0; i < subprograms.size(); i++) {
            if (subprograms.get(i).start() == start) {
                return i;
            }
        }
        throw new IllegalArgumentException("%s: no function starts at insn %d".formatted(program.name(), start));
    }
}
