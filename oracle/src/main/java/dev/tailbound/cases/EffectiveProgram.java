package dev.tailbound.cases;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A program together with its prologue and epilogue, as positions for whatever a run of it executes.
///
/// First stands the program, so that positions in it are its indices; then the prologue, the step into the program, and the epilogue. A program
/// without either is all there is. Calls of kernel functions have the offsets of the case's modules, wherever they stand.
///
/// @param insns the instructions at all positions; the step into the program is a jump to its first instruction
public record EffectiveProgram(Program program, Optional<Generated> prologue, Optional<Generated> epilogue, List<Insn> insns) {
    public static final int NOWHERE = -1;

    public EffectiveProgram {
        insns = insns.equals(program.insns()) ? program.insns() : List.copyOf(insns);
    }

    static EffectiveProgram of(Program program, ProEpilogue generated, KernelEnvironment surroundings) {
        var prologue = generated.prologueOf(program.name());
        var epilogue = generated.epilogueOf(program.name());
        return new EffectiveProgram(program, prologue, epilogue, prologue.isEmpty() && epilogue.isEmpty() ? program.insns()
                : joined(program, prologue, epilogue, surroundings));
    }

    private static List<Insn> joined(Program program, Optional<Generated> prologue, Optional<Generated> epilogue,
            KernelEnvironment surroundings) {
        var insns = new ArrayList<>(program.insns());
        prologue.ifPresent(generated -> append(insns, generated, surroundings));
        insns.add(new Insn.Jump(false, 0));
        epilogue.ifPresent(generated -> append(insns, generated, surroundings));
        return insns;
    }

    private static void append(List<Insn> insns, Generated generated, KernelEnvironment surroundings) {
        int base = insns.size();
        int off = surroundings.off(surroundings.number(generated.callees()));
        for (var insn : generated.code().insns().subList(0, generated.size())) {
            insns.add(switch (insn) {
                case Branch branch -> branch.retarget(base + branch.target());
                case Insn.CallKfunc(int id, _) -> new Insn.CallKfunc(id, off);
                default -> insn;
            });
        }
    }

    /// Where a run of the program begins.
    public int entry() {
        return isPlain() ? 0 : program.size();
    }

    /// The step into the program; [#NOWHERE] where there is neither prologue nor epilogue.
    public int step() {
        return isPlain() ? NOWHERE : program.size() + prologue.map(Generated::size).orElse(0);
    }

    /// The first instruction of the epilogue; [#NOWHERE] where there is none.
    public int epilogueStart() {
        return epilogue.isEmpty() ? NOWHERE : step() + 1;
    }

    /// There is nothing but the program.
    public boolean isPlain() {
        return prologue.isEmpty() && epilogue.isEmpty();
    }

    /// The position is in the program as it was written.
    public boolean isWritten(int position) {
        return position < program.size();
    }

    public Insn insn(int position) {
        return insns.get(position);
    }

    /// The position as messages name it, by slot as kernels and bpftool do: `insn 9`, `epilogue insn 2`, `start`.
    public String place(int position) {
        if (position == step()) {
            return "start";
        }
        var generated = at(position);
        return generated.isEmpty() ? "insn " + program.slotOf(position)
                : "%s insn %d".formatted(generated.get().kind().word(), generated.get().code().slotOf(index(position)));
    }

    /// The instruction's text; `maps` are the names of the case's maps.
    public String text(int position, List<String> maps) {
        if (position == step()) {
            return "the program begins";
        }
        var generated = at(position);
        return generated.isEmpty() ? AsmPrinter.print(program, position, maps)
                : AsmPrinter.print(generated.get().code(), index(position), maps);
    }

    /// The generated code that the position is in, if any.
    private Optional<Generated> at(int position) {
        if (isWritten(position)) {
            return Optional.empty();
        }
        return position < step() ? prologue : epilogue;
    }

    /// Of a position in generated code, the index there.
    private int index(int position) {
        return position < step() ? position - entry() : position - epilogueStart();
    }
}
