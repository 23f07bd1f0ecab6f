package dev.tailbound.cases;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A program with its prologue and epilogue, and one index for each instruction that a run of it can execute.
///
/// Order: the program, so that its indices stay the same; the prologue; the jump into the program; the epilogue. A program without prologue and
/// epilogue has no jump. Kfunc calls in all parts use the offsets of the case's modules.
///
/// @param insns the instructions at all positions, including the jump to the program's first instruction
public record EffectiveProgram(Program program, Optional<Generated> prologue, Optional<Generated> epilogue, List<Insn> insns) {
    public static final int NOWHERE = -1;

    public EffectiveProgram {
        insns = insns.equals(program.insns()) ? program.insns() : List.copyOf(insns);
    }

    static EffectiveProgram of(Program program, ProEpilogue generated, KernelEnvironment kernelEnvironment) {
        var prologue = generated.prologueOf(program.name());
        var epilogue = generated.epilogueOf(program.name());
        return new EffectiveProgram(program, prologue, epilogue, prologue.isEmpty() && epilogue.isEmpty() ? program.insns()
                : joined(program, prologue, epilogue, kernelEnvironment));
    }

    private static List<Insn> joined(Program program, Optional<Generated> prologue, Optional<Generated> epilogue,
            KernelEnvironment kernelEnvironment) {
        var insns = new ArrayList<>(program.insns());
        prologue.ifPresent(generated -> append(insns, generated, kernelEnvironment));
        insns.add(new Insn.Jump(false, 0));
        epilogue.ifPresent(generated -> append(insns, generated, kernelEnvironment));
        return insns;
    }

    private static void append(List<Insn> insns, Generated generated, KernelEnvironment kernelEnvironment) {
        int base = insns.size();
        int off = kernelEnvironment.off(kernelEnvironment.number(generated.callees()));
        for (var insn : generated.code().insns().subList(0, generated.size())) {
            insns.add(switch (insn) {
                case Branch branch -> branch.retarget(base + branch.target());
                case Insn.CallKfunc(int id, _) -> new Insn.CallKfunc(id, off);
                default -> insn;
            });
        }
    }

    /// Position of the first executed instruction.
    public int entry() {
        return isPlain() ? 0 : program.size();
    }

    /// Position of the jump into the program; [#NOWHERE] without prologue and epilogue.
    public int step() {
        return isPlain() ? NOWHERE : program.size() + prologue.map(Generated::size).orElse(0);
    }

    /// Position of the epilogue's first instruction; [#NOWHERE] if there is none.
    public int epilogueStart() {
        return epilogue.isEmpty() ? NOWHERE : step() + 1;
    }

    /// There is neither prologue nor epilogue.
    public boolean isPlain() {
        return prologue.isEmpty() && epilogue.isEmpty();
    }

    /// The position is in the original program.
    public boolean isWritten(int position) {
        return position < program.size();
    }

    public Insn insn(int position) {
        return insns.get(position);
    }

    /// Name of the position in messages, by slot as in kernels and bpftool: `insn 9`, `epilogue insn 2`, `start`.
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

    /// The generated code that contains the position, if any.
    private Optional<Generated> at(int position) {
        if (isWritten(position)) {
            return Optional.empty();
        }
        return position < step() ? prologue : epilogue;
    }

    /// Index within the generated code of a position in it.
    private int index(int position) {
        return position < step() ? position - entry() : position - epilogueStart();
    }
}
