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

/// Puts the prologue and the epilogue of a program's type around its main function, as `convert_ctx_accesses` of kernels from 6.12 on does.
///
/// The prologue comes first; after it the context is saved for the epilogue, below the program's own stack. Jumps to the program's first
/// instruction go past both. The main function's first exit becomes the epilogue, and its other exits jump there. Exits of subprograms stay, and so
/// do those of the prologue: kernels look for exits from where the program begins.
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
        var calls = new GeneratedCalls(source.kfuncs(), source.source().surroundings());
        // In this order, by which modules are numbered.
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
