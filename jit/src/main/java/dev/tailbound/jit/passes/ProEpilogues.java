package dev.tailbound.jit.passes;

import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Insn.Exit;
import dev.tailbound.isa.Insn.Jump;
import dev.tailbound.isa.Insn.Load;
import dev.tailbound.isa.Insn.Store;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Edit.Placed;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Rewrite;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Adds prologue and epilogue to a program's main function, as `convert_ctx_accesses` in kernels from 6.12 on.
///
/// The code after the prologue saves the context for the epilogue, below the program's own stack. Jumps to the program's first instruction skip both.
/// The main function's first exit becomes the epilogue; its other exits jump there. Exits of subprograms and of the prologue stay: kernels search for
/// exits from the program's start on.
public final class ProEpilogues implements Rewrite {

    @Override
    public String name() {
        return "pro-epilogue";
    }

    @Override
    public Lowered apply(Lowered source) {
        var whole = source.whole();
        if (whole.isPlain()) {
            return source;
        }
        var calls = new GeneratedCalls(source.kfuncs(), source.source().kernelEnvironment());
        // The order determines the offsets of modules.
        var epilogue = whole.epilogue().map(calls::resolve);
        var prologue = whole.prologue().map(calls::resolve);
        var edit = new Edit(source);
        var front = new ArrayList<Placed>();
        prologue.ifPresent(code -> append(front, code, whole.entry()));
        if (epilogue.isEmpty()) {
            edit.begin(front);
            return edit.apply().withKfuncs(calls.table());
        }
        int depth = source.subprograms().getFirst().stackDepth() + Size.DW.bytes();
        front.add(new Placed(new Store(Size.DW, Reg.R10, -depth, Reg.R1), whole.step()));
        edit.begin(front);
        redirectExits(source, whole, epilogue.get(), new Load(Size.DW, false, Reg.R1, Reg.R10, -depth), edit);
        return edit.apply().withStackDepth(0, depth).withKfuncs(calls.table());
    }

    private static void redirectExits(Lowered source, EffectiveProgram whole, List<Insn> code, Insn fillContext, Edit edit) {
        var exits = exits(source);
        if (exits.isEmpty()) {
            return;
        }
        int first = exits.getFirst();
        var epilogue = new ArrayList<Placed>();
        epilogue.add(new Placed(fillContext, source.origin()[first]));
        append(epilogue, code, whole.epilogueStart());
        edit.replaceBy(first, epilogue);
        exits.subList(1, exits.size()).forEach(exit -> edit.set(exit, new Jump(true, first)));
    }

    private static List<Integer> exits(Lowered source) {
        var main = source.subprograms().getFirst();
        return IntStream.range(main.start(), main.end()).filter(i -> source.program().insn(i) instanceof Exit).boxed().toList();
    }

    private static void append(List<Placed> sequence, List<Insn> code, int origin) {
        int start = sequence.size();
        for (int i = 0; i < code.size(); i++) {
            var insn = code.get(i);
            sequence.add(new Placed(insn instanceof Branch branch ? branch.retarget(start + branch.target()) : insn, origin + i));
        }
    }
}
