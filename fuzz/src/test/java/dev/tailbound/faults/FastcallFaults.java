package dev.tailbound.faults;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.Rewrite;
import dev.tailbound.jit.passes.CmpxchgZeroExtension;
import dev.tailbound.jit.passes.DeadCode;
import dev.tailbound.jit.passes.DivisionGuards;
import dev.tailbound.jit.passes.Fastcall;
import dev.tailbound.jit.passes.FastcallRule;
import dev.tailbound.jit.passes.Inlining;
import dev.tailbound.jit.passes.ProEpilogues;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.StackAccess;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Faults in the pass that removes spills and fills around `bpf_fastcall` calls.
final class FastcallFaults {
    /// The number of no function, so that it breaks no contract.
    private static final StackAccess NOWHERE = new StackAccess(0, -1, 0, 0);

    static final List<Fault> ALL = List.of(
            fault("nobody checks that only patterns touch their slots", Machine.X86_64,
                    sound -> source -> sound.apply(unwatched(source))),
            fault("spills go and their fills stay", Machine.ARM64, sound -> source -> withFills(source, sound.apply(source))));

    private FastcallFaults() {}

    private static Fault fault(String name, Machine machine, UnaryOperator<UnaryOperator<Lowered>> wrong) {
        var profile = machine.profile();
        var sound = new Fastcall(FastcallRule.CONTRACT, profile, true);
        var faulty = new Rewrite() {
            @Override
            public String name() {
                return sound.name();
            }

            @Override
            public Lowered apply(Lowered source) {
                return wrong.apply(sound::apply).apply(source);
            }
        };
        return new Fault(name, Topic.FRAMES, "", machine, new Lowering(List.of(faulty, new DeadCode(), new ProEpilogues(),
                new CmpxchgZeroExtension(), new Inlining(profile), new DivisionGuards())), machine.sound());
    }

    private static Lowered unwatched(Lowered source) {
        var facts = source.facts();
        return facts.stackAccesses().isEmpty() ? source
                : new Lowered(source.source(),
                        new ProgramFacts(facts.subprograms(), facts.reached(), facts.constantSlots(), facts.kfuncs(),
                                facts.lookups(), Set.of(NOWHERE), facts.contextAccesses(), facts.emptyResults(),
                                facts.leaksAddresses(), facts.readsUnwrittenStack()),
                        source.program(), source.origin(), source.subprograms(), source.kfuncs());
    }

    private static Lowered withFills(Lowered before, Lowered after) {
        var edit = new Edit(after);
        for (int i = 0; i < before.program().size(); i++) {
            if (before.program().insn(i) instanceof Insn.Load fill && after.program().insn(i) instanceof Insn.Jump) {
                edit.set(i, fill);
            }
        }
        return edit.apply();
    }
}
