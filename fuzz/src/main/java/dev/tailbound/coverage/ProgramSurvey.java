package dev.tailbound.coverage;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/// The contents of the functions of one program, and its tail-call sites.
public final class ProgramSurvey {
    final Program program;
    final List<TailCall> tailCalls = new ArrayList<>();

    /// The functions by their first instruction.
    private final TreeMap<Integer, FunctionSurvey> functions = new TreeMap<>();
    private final ArrayDeque<FunctionSurvey> ready = new ArrayDeque<>();

    /// A tail-call site: the position of its array, -1 if unknown; its index, [#VARIABLE] if it is not a constant.
    ///
    /// @param at the position of its instruction
    public record TailCall(FunctionSurvey function, int at, int map, long index, boolean inLoop) {
        public static final long VARIABLE = Long.MIN_VALUE;
    }

    public ProgramSurvey(Program program) {
        this.program = program;
        functions.put(0, new FunctionSurvey(this, 0));
        for (var insn : program.insns()) {
            if (insn instanceof Insn.Call(int target)) {
                functions.computeIfAbsent(target, start -> new FunctionSurvey(this, start)).expectCall();
            }
        }
        var main = functions.get(0);
        main.enterAsMain();
        ready.add(main);
        // Callers before callees, so that arguments are known.
        while (!ready.isEmpty()) {
            ready.poll().read();
        }
    }

    /// The tail-call sites in the order of their instructions.
    public List<TailCall> tailCalls() {
        return Collections.unmodifiableList(tailCalls);
    }

    Collection<FunctionSurvey> functions() {
        return functions.values();
    }

    boolean hasCalls() {
        return functions.size() > 1;
    }

    FunctionSurvey functionAt(int start) {
        return functions.get(start);
    }

    /// The function with the instruction.
    FunctionSurvey functionOf(int insn) {
        return functions.floorEntry(insn).getValue();
    }

    int endOf(FunctionSurvey function) {
        var next = functions.higherKey(function.start());
        return next == null ? program.size() : next;
    }

    /// Whether all its callers have been read.
    void ready(FunctionSurvey function) {
        ready.add(function);
    }
}
