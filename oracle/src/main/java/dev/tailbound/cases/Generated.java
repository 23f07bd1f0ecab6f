package dev.tailbound.cases;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.Set;

/// Code that kernels generate around the main functions of a program type's programs: a prologue or an epilogue.
///
/// The last instruction of a prologue's code stands for the program that follows it, so that branches can go there; it is an exit, which is not
/// written in case files. Other exits of a prologue end the run of the program there and then.
///
/// @param programs the programs that get it; empty for all of them
/// @param callees  what its calls of kernel functions call; they have no offsets, as kernels choose these when they put the code into a program
public record Generated(Kind kind, Program code, List<String> programs, Callees callees) {

    /// Where the code stands.
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
                throw new IllegalArgumentException("%s calls %s off %d, expected no offset: module=NAME says whose it is"
                        .formatted(kind.word(), call.name(), call.off()));
            }
        }
    }

    /// Code that calls functions of the kernel itself, if any.
    public Generated(Kind kind, Program code, List<String> programs) {
        this(kind, code, programs, Callees.OF_KERNEL);
    }

    public boolean isFor(String program) {
        return programs.isEmpty() || programs.contains(program);
    }

    /// The instructions that are there to be run: all but a prologue's last.
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
