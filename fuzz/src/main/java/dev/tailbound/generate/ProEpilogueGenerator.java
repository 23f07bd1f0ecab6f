package dev.tailbound.generate;

import dev.tailbound.cases.Callees;
import dev.tailbound.cases.Callees.Route;
import dev.tailbound.cases.Generated;
import dev.tailbound.cases.Generated.Kind;
import dev.tailbound.cases.KernelEnvironment.Module;
import dev.tailbound.cases.ProEpilogue;
import dev.tailbound.generate.FunctionPlan.Parameter;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Generates prologues and epilogues from the same rows as functions, within the kernel's size limit.
final class ProEpilogueGenerator {
    /// Slots of a prologue without the program's first instruction, or of an epilogue.
    private static final int ROOM = 30;
    private static final int TRIES = 4;

    /// Approximate number of instructions per run; enough for a loop.
    private static final int COST = 60;

    private final Choices choices;
    private final Menu menu;
    private final CaseSetup world;
    private final List<Module> modules;

    ProEpilogueGenerator(Choices choices, Menu menu, CaseSetup world, List<Module> modules) {
        this.choices = choices;
        this.menu = menu;
        this.world = world.generated();
        this.modules = List.copyOf(modules);
    }

    ProEpilogue generate(List<String> programs) {
        if (!choices.percent(menu.options().proEpilogues())) {
            return ProEpilogue.NONE;
        }
        int which = choices.weighted(25, 35, 40);
        return new ProEpilogue(which == 1 ? Optional.empty() : Optional.of(make(Kind.PROLOGUE, programs)),
                which == 0 ? Optional.empty() : Optional.of(make(Kind.EPILOGUE, programs)));
    }

    private Generated make(Kind kind, List<String> programs) {
        var names = choices.below(4) > 0 ? List.<String>of() : some(programs);
        return code(kind, names).withCallees(callees());
    }

    /// An immediate reaches near modules only.
    private Callees callees() {
        var route = choices.oneIn(3) ? Route.IMMEDIATE : Route.KFUNC;
        var reached = modules.stream().filter(module -> route == Route.KFUNC || !module.isFar()).map(Module::name).toList();
        return new Callees(reached.isEmpty() || choices.oneIn(3) ? Optional.empty() : Optional.of(choices.pick(reached)), route);
    }

    private Generated code(Kind kind, List<String> names) {
        for (int i = 0; i < TRIES; i++) {
            var insns = insns(kind, choices.below(TRIES - i));
            if (insns.stream().mapToInt(Insn::slots).sum() <= ROOM) {
                return generated(kind, insns, names);
            }
        }
        return generated(kind, List.of(kind == Kind.PROLOGUE ? new Insn.Mov(Width.W64, Reg.R0, new Imm(0)) : new Insn.Exit()),
                names);
    }

    private List<String> some(List<String> programs) {
        var some = programs.stream().filter(_ -> choices.oneIn(2)).toList();
        return some.isEmpty() ? List.of(choices.pick(programs)) : some;
    }

    private static Generated generated(Kind kind, List<Insn> insns, List<String> programs) {
        var code = new ArrayList<>(insns);
        if (kind == Kind.PROLOGUE) {
            code.add(new Insn.Exit());
        }
        return new Generated(kind, new Program(kind.word(), code), programs);
    }

    private List<Insn> insns(Kind kind, int items) {
        boolean prologue = kind == Kind.PROLOGUE;
        int saved = choices.below(16) << 6;
        // Few registers: each takes instructions to fill and to fold.
        saved &= choices.below(16) << 6;
        var plan = new FunctionPlan(0, 0, List.of(Parameter.CONTEXT), saved, 0, prologue || choices.oneIn(2), List.of(), items,
                COST,
                List.of(), true);
        var f = new FunctionBuilder(choices, menu, world, plan, List.of());
        if (!prologue) {
            f.state.setScalar(Reg.R0);
        }
        FunctionGenerator.enter(f);
        if (MemoryRows.hasContext(f) && choices.oneIn(2)) {
            MemoryRows.loadContext(f);
        }
        if (choices.oneIn(4)) {
            JumpRows.exitEarly(f);
        }
        if (KfuncRows.mayCall(f) && choices.oneIn(2)) {
            KfuncRows.call(f);
        }
        f.body(items);
        if (prologue) {
            handOver(f);
        } else {
            ResultFold.exit(f);
        }
        var insns = new ArrayList<Insn>();
        f.code.linkInto(insns, new int[]{ 0 });
        return insns;
    }

    /// Folds the prologue's values into a cell, and moves the context back to R1.
    private static void handOver(FunctionBuilder f) {
        int context = f.state.pointersOf(PointerBounds.Kind.CONTEXT) & f.reserved;
        ResultFold.intoR0(f, context, Reg.R2);
        f.addToCell(Reg.R0, f.cell(), Reg.R2);
        f.context(Reg.R1);
    }
}
