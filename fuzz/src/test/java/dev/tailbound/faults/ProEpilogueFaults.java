package dev.tailbound.faults;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Insn.Exit;
import dev.tailbound.isa.Insn.Jump;
import dev.tailbound.isa.Insn.Load;
import dev.tailbound.isa.Insn.Store;
import dev.tailbound.isa.Program;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Edit.Placed;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.Rewrite;
import dev.tailbound.jit.passes.CmpxchgZeroExtension;
import dev.tailbound.jit.passes.DeadCode;
import dev.tailbound.jit.passes.DivisionGuards;
import dev.tailbound.jit.passes.ProEpilogues;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Faults in the pass that inserts prologues and epilogues; they change the pass's result.
final class ProEpilogueFaults {

    /// The replacement of an instruction of the pass's result.
    @FunctionalInterface
    private interface Replacement {
        Insn at(Lowered lowered, int index);
    }

    static final List<Fault> ALL = List.of(
            replacing("a later exit leaves without the epilogue", Machine.X86_64, Topic.FLOW,
                    (lowered, i) -> isLaterExit(lowered, i) ? new Exit() : lowered.program().insn(i)),
            replacing("later exits come after the load of the context", Machine.ARM64, Topic.FLOW,
                    (lowered, i) -> isLaterExit(lowered, i) ? moved(lowered, i, 1) : lowered.program().insn(i)),
            replacing("jumps over the epilogue fall short", Machine.X86_64, Topic.FLOW,
                    (lowered, i) -> isJumpOverEpilogue(lowered, i) ? moved(lowered, i, -1) : lowered.program().insn(i)),
            replacing("a jump to the first instruction runs the prologue again", Machine.X86_64, Topic.FLOW,
                    (lowered, i) -> isJumpToStart(lowered, i) ? ((Branch) lowered.program().insn(i)).retarget(0)
                            : lowered.program().insn(i)),
            replacing("a jump to the first instruction saves the context again", Machine.ARM64, Topic.FLOW,
                    (lowered, i) -> isJumpToStart(lowered, i) && lowered.whole().epilogue().isPresent() ? moved(lowered, i, -1)
                            : lowered.program().insn(i)),
            replacing("exits of the prologue run the epilogue", Machine.X86_64, Topic.FLOW,
                    (lowered, i) -> isInPrologue(lowered, i) && lowered.program().insn(i) instanceof Exit
                            && epilogue(lowered) >= 0 ? new Jump(true, epilogue(lowered)) : lowered.program().insn(i)),
            replacing("the context is saved in the program's own stack", Machine.ARM64, Topic.FRAMES,
                    (lowered, i) -> switch (lowered.program().insn(i)) {
                        case Store save when isStep(lowered, i) ->
                            new Store(save.size(), save.base(), save.off() + 8, save.src());
                        case Load fill when isContextFill(lowered, i) ->
                            new Load(fill.size(), false, fill.dst(), fill.base(), fill.off() + 8);
                        case Insn insn -> insn;
                    }),
            fault("the epilogue takes r1 as the program leaves it", Machine.X86_64, Topic.FRAMES, sound -> {
                var edit = new Edit(sound);
                IntStream.range(0, sound.program().size()).filter(i -> isContextFill(sound, i)).forEach(edit::remove);
                return edit.apply();
            }),
            fault("the stack does not grow", Machine.X86_64, Topic.FRAMES, sound -> sound.whole().epilogue().isEmpty() ? sound
                    : sound.withStackDepth(0, sound.subprograms().getFirst().stackDepth() - 8)),
            fault("the stack does not grow", Machine.ARM64, Topic.FRAMES, sound -> sound.whole().epilogue().isEmpty() ? sound
                    : sound.withStackDepth(0, sound.subprograms().getFirst().stackDepth() - 8)),
            fault("exits of subprograms run the epilogue", Machine.ARM64, Topic.FLOW,
                    ProEpilogueFaults::withEpiloguesInSubprograms),
            fault("the prologue is missing", Machine.X86_64, Topic.FLOW, sound -> {
                var edit = new Edit(sound);
                IntStream.range(0, sound.program().size()).filter(i -> isInPrologue(sound, i)).forEach(edit::remove);
                return edit.apply();
            }));

    private ProEpilogueFaults() {}

    /// A pass that changes the correct pass's result for programs with generated code.
    static Fault fault(String name, Machine machine, Topic topic, UnaryOperator<Lowered> wrong) {
        var pass = new ProEpilogues();
        Rewrite faulty = new Rewrite() {
            @Override
            public String name() {
                return pass.name();
            }

            @Override
            public Lowered apply(Lowered source) {
                var sound = pass.apply(source);
                return source.whole().isPlain() ? sound : wrong.apply(sound);
            }
        };
        return new Fault(name, topic, "", machine,
                new Lowering(List.of(new DeadCode(), faulty, new CmpxchgZeroExtension(), new DivisionGuards())), machine.sound());
    }

    private static Fault replacing(String name, Machine machine, Topic topic, Replacement replacement) {
        return fault(name, machine, topic, sound -> {
            var insns = IntStream.range(0, sound.program().size()).mapToObj(i -> replacement.at(sound, i)).toList();
            var program = new Program(sound.program().name(), insns, sound.program().labels());
            return new Lowered(sound.source(), sound.facts(), program, sound.origin(), sound.subprograms(), sound.kfuncs());
        });
    }

    private static Insn moved(Lowered lowered, int index, int by) {
        var branch = (Branch) lowered.program().insn(index);
        return branch.retarget(branch.target() + by);
    }

    private static boolean wasExit(Lowered lowered, int index) {
        return lowered.isWritten(index) && lowered.whole().insn(lowered.origin()[index]) instanceof Exit;
    }

    private static boolean isLaterExit(Lowered lowered, int index) {
        return wasExit(lowered, index) && lowered.program().insn(index) instanceof Jump;
    }

    static boolean isContextFill(Lowered lowered, int index) {
        return wasExit(lowered, index) && lowered.program().insn(index) instanceof Load;
    }

    /// The start of the epilogue, with its load of the context; -1 if there is none.
    private static int epilogue(Lowered lowered) {
        return IntStream.range(0, lowered.program().size()).filter(i -> isContextFill(lowered, i)).findFirst().orElse(-1);
    }

    private static boolean isStep(Lowered lowered, int index) {
        return lowered.origin()[index] == lowered.whole().step();
    }

    private static boolean isInPrologue(Lowered lowered, int index) {
        return !lowered.isWritten(index) && lowered.origin()[index] < lowered.whole().step();
    }

    private static int start(Lowered lowered) {
        return IntStream.range(0, lowered.program().size()).filter(lowered::isWritten).findFirst().orElseThrow();
    }

    private static boolean isJumpToStart(Lowered lowered, int index) {
        return lowered.isWritten(index) && lowered.program().insn(index) instanceof Branch branch
                && !(branch instanceof Insn.Call)
                && branch.target() == start(lowered);
    }

    private static boolean isJumpOverEpilogue(Lowered lowered, int index) {
        int epilogue = epilogue(lowered);
        return epilogue >= 0 && index < epilogue && lowered.isWritten(index)
                && lowered.program().insn(index) instanceof Branch branch && !(branch instanceof Insn.Call)
                && branch.target() > epilogue;
    }

    /// Each uses r1 as the context.
    private static Lowered withEpiloguesInSubprograms(Lowered sound) {
        var places = IntStream.range(0, sound.program().size())
                .filter(i -> !sound.isWritten(i) && sound.origin()[i] > sound.whole().step()).boxed().toList();
        var edit = new Edit(sound);
        for (var function : sound.subprograms().subList(1, sound.subprograms().size())) {
            for (int i = function.start(); i < function.end() && !places.isEmpty(); i++) {
                if (sound.program().insn(i) instanceof Exit) {
                    int origin = sound.origin()[i];
                    edit.replaceBy(i,
                            places.stream().map(place -> new Placed(local(sound, place, places.getFirst()), origin)).toList());
                }
            }
        }
        return edit.apply();
    }

    /// The instruction at `index`, with branch targets relative to `start`.
    private static Insn local(Lowered lowered, int index, int start) {
        var insn = lowered.program().insn(index);
        return insn instanceof Branch branch ? branch.retarget(branch.target() - start) : insn;
    }
}
