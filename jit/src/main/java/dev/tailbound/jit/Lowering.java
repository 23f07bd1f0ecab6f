package dev.tailbound.jit;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The sequence of rewrites between the verifier and the JIT.
///
/// The rewrites are also under test: backends compile the rewritten program, the oracle runs the original.
public final class Lowering {
    /// The pass that adds prologues and epilogues.
    private static final String SURROUNDING = "pro-epilogue";

    private final List<Rewrite> passes;

    public Lowering(List<Rewrite> passes) {
        this.passes = List.copyOf(passes);
    }

    /// The program after a pass; the first stage has no pass and is the original program.
    public record Stage(String pass, Lowered result) {}

    /// Context layout for lowered programs.
    public ContextLayout context() {
        var layout = ContextLayout.WRITTEN;
        for (var pass : passes) {
            layout = pass.context(layout);
        }
        return layout;
    }

    /// Why these rewrites cannot implement the case; empty if they can.
    public Optional<String> objection(Case source) {
        boolean surrounds = passes.stream().anyMatch(pass -> pass.name().equals(SURROUNDING));
        return source.proEpilogue().isEmpty() || surrounds ? Optional.empty()
                : Optional.of("the case has a prologue or an epilogue, and the pass %s is off".formatted(SURROUNDING));
    }

    /// Throws [OutOfReach] if a jump becomes too long.
    public Lowered lower(Case source, Program program, ProgramFacts facts) {
        var lowered = Lowered.original(source, program, facts);
        for (var pass : passes) {
            lowered = pass.apply(lowered);
        }
        if (lowered.program().size() > program.size()) {
            requireReach(lowered.program());
        }
        return lowered;
    }

    /// As `bpf_adj_delta_to_off` in the kernel, for each pass that inserts instructions.
    private static void requireReach(Program program) {
        for (int i = 0; i < program.size(); i++) {
            if (program.insn(i) instanceof Insn.Branch branch && (branch instanceof Insn.JumpIf
                    || (branch instanceof Insn.Jump(boolean far, _) && !far))) {
                int slots = program.slotOf(branch.target()) - program.slotOf(i + 1);
                if (slots != (short) slots) {
                    throw new OutOfReach("a jump of %s goes over %d slots after the passes, more than 16 bits can say (ERANGE)"
                            .formatted(program.name(), slots));
                }
            }
        }
    }

    /// Lowers a program without a case.
    public Lowered lower(Program program, ProgramFacts facts) {
        return lower(Lowered.alone(program), program, facts);
    }

    /// The original program, and the result of each pass that changed it.
    public List<Stage> stages(Case source, Program program, ProgramFacts facts) {
        var stages = new ArrayList<Stage>();
        stages.add(new Stage("", Lowered.original(source, program, facts)));
        for (var pass : passes) {
            var before = stages.getLast().result();
            var after = pass.apply(before);
            if (after.differsFrom(before)) {
                stages.add(new Stage(pass.name(), after));
            }
        }
        return stages;
    }
}
