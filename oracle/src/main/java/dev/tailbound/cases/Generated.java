package dev.tailbound.cases;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.Set;

/// A prologue or an epilogue that kernels generate around the main functions of programs of a type.
///
/// The last instruction of a prologue is an exit that stands for the program, as a branch target; case files omit it. Other exits of a prologue end
/// the program's run.
///
/// @param programs the programs that get it; empty for all
/// @param callees  the module of its kfunc calls; the calls have no offsets because kernels assign them when they insert the code
public record Generated(Kind kind, Program code, List<String> programs, Callees callees) {

    /// Position of the code.
    public enum Kind {
        PROLOGUE("prologue"), EPILOGUE("epilogue");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// The name in case files and messages.
        public String word() {
            return word;
        }
    }

    public Generated {
        programs = List.copyOf(programs);
        if (kind == Kind.PROLOGUE && !(code.insns().getLast() instanceof Insn.Exit)) {
            throw new IllegalArgumentException("prologue without an instruction that stands for the program");
        }
        if (code.size() == (kind == Kind.PROLOGUE ? 1 : 0)) {
            throw new IllegalArgumentException(kind.word() + " has no instructions");
        }
        if (Set.copyOf(programs).size() < programs.size()) {
            throw new IllegalArgumentException("%s names a program twice: %s".formatted(kind.word(), programs));
        }
        for (var insn : code.insns()) {
            if (insn instanceof Insn.CallKfunc call && call.off() != 0) {
                throw new IllegalArgumentException("%s calls %s off %d, expected no offset: module=NAME names the module"
                        .formatted(kind.word(), call.name(), call.off()));
            }
        }
    }

    /// Code whose kfunc calls, if any, are to the kernel itself.
    public Generated(Kind kind, Program code, List<String> programs) {
        this(kind, code, programs, Callees.OF_KERNEL);
    }

    public boolean isFor(String program) {
        return programs.isEmpty() || programs.contains(program);
    }

    /// Number of real instructions: all except a prologue's last.
    public int size() {
        return kind == Kind.PROLOGUE ? code.size() - 1 : code.size();
    }

    public Generated withCode(Program code) {
        return new Generated(kind, code, programs, callees);
    }

    public Generated withPrograms(List<String> programs) {
        return new Generated(kind, code, programs, callees);
    }

    public Generated withCallees(Callees callees) {
        return new Generated(kind, code, programs, callees);
    }
}
