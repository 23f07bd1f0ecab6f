package dev.tailbound.faults;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.Replacing;
import dev.tailbound.jit.Rewrite;
import dev.tailbound.jit.passes.CmpxchgZeroExtension;
import dev.tailbound.jit.passes.DivisionGuards;
import dev.tailbound.jit.passes.FastcallRule;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Faults in the passes before the JIT; on x86-64, since arm64's division needs no guards.
final class LoweringFaults {
    private static final DivisionGuards GUARDS = new DivisionGuards();

    static final List<Fault> ALL = List.of(
            passes("a jump into a bpf_fastcall pattern is not looked for", Passes.ALL.with(FastcallRule.ENTERED)),
            after("the kernel function of another module is called",
                    source -> new Lowered(source.source(), source.facts(), source.program(), source.origin(),
                            source.subprograms(),
                            source.kfuncs().stream().map(kfunc -> new Descriptor(kfunc.id(), kfunc.off(), 0)).toList())),
            after("removed spills leave the stack too small",
                    source -> source.withSubprograms(source.subprograms().stream()
                            .map(function -> new Subprogram(function.name(), function.start(), function.end(),
                                    Math.max(0, function.stackDepth() - 8), function.hasTailCall(), function.tailCallReachable()))
                            .toList())),
            lowering("r0 is not zero-extended after cmpxchg32", Topic.ATOMICS, "kernel 39491867ace5", new DivisionGuards()),
            lowering("divisions are not guarded", Topic.ARITHMETIC, "ubpf#116", new CmpxchgZeroExtension()),
            guards("signed divisions are guarded against 0 only", "kernel 7dd34d7b7dcf",
                    (division, guarded) -> switch (division.op()) {
                        case SDIV -> replace(guarded(with(division, AluOp.DIV)), with(division, AluOp.DIV), division);
                        case SMOD -> replace(guarded(with(division, AluOp.MOD)), with(division, AluOp.MOD), division);
                        default -> guarded;
                    }),
            guards("the dividend is tested for 0", "",
                    (division, guarded) -> guarded.stream()
                            .map(insn -> insn instanceof Insn.JumpIf test && test.dst() == division.src()
                                    ? new Insn.JumpIf(test.width(), test.cond(), division.dst(), test.src(), test.target())
                                    : insn)
                            .toList()),
            guards("all of a 32-bit divisor is tested for 0", "kernel e88b2c6e5a4d",
                    (division, guarded) -> guarded.stream()
                            .map(insn -> insn instanceof Insn.JumpIf test && test.dst() == division.src()
                                    ? new Insn.JumpIf(Width.W64, test.cond(), test.dst(), test.src(), test.target())
                                    : insn)
                            .toList()),
            guards("div by 0 leaves the dividend", "ubpf#116",
                    (division, guarded) -> replace(guarded, new Insn.Alu(Width.W32, AluOp.XOR, division.dst(), division.dst()),
                            new Insn.Mov(Width.W64, division.dst(), division.dst()))),
            guards("mod32 by 0 leaves the upper half", "kernel 9b00f1b78809",
                    (division, guarded) -> division.op() == AluOp.MOD && division.width() == Width.W32
                            ? replace(guarded, new Insn.Mov(Width.W32, division.dst(), division.dst()),
                                    new Insn.Mov(Width.W64, division.dst(), division.dst()))
                            : guarded),
            guards("smod by -1 leaves the dividend", "",
                    (division, guarded) -> division.op() == AluOp.SMOD
                            ? replace(guarded, new Insn.Mov(Width.W32, division.dst(), new Imm(0)),
                                    new Insn.Mov(division.width(), division.dst(), division.dst()))
                            : guarded));

    /// No fault, with passes assembled like those with a fault.
    static final List<Fault> CONTROLS = List.of(
            after("all rewrites", UnaryOperator.identity()),
            guards("division guards alone", "", (_, guarded) -> guarded));

    private LoweringFaults() {}

    private static Fault passes(String name, Passes passes) {
        return new Fault(name, Topic.FLOW, "", Machine.X86_64, passes.lowering(Machine.X86_64.profile()), Machine.X86_64.sound());
    }

    /// All passes, followed by a wrong one.
    private static Fault after(String name, UnaryOperator<Lowered> wrong) {
        return lowering(name, Topic.FLOW, "", new Rewrite() {
            private final Lowering all = Passes.ALL.lowering(Machine.X86_64.profile());

            @Override
            public String name() {
                return "wrong";
            }

            @Override
            public Lowered apply(Lowered source) {
                return wrong.apply(all.lower(source.source(), source.program(), source.facts()));
            }

            @Override
            public ContextLayout context(ContextLayout before) {
                return all.context();
            }
        });
    }

    private static Fault lowering(String name, Topic topic, String origin, Rewrite... passes) {
        return new Fault(name, topic, origin, Machine.X86_64, new Lowering(List.of(passes)), Machine.X86_64.sound());
    }

    /// `wrong` returns the replacement of a division by a register and its guards.
    private static Fault guards(String name, String origin, BiFunction<Insn.Alu, List<Insn>, List<Insn>> wrong) {
        return lowering(name, Topic.ARITHMETIC, origin, new CmpxchgZeroExtension(), new Replacing() {
            @Override
            public String name() {
                return GUARDS.name();
            }

            @Override
            public Optional<List<Insn>> replacement(Program program, int index) {
                var guarded = GUARDS.replacement(program, index);
                return program.insn(index) instanceof Insn.Alu division && division.src() instanceof Reg
                        ? guarded.map(insns -> wrong.apply(division, insns))
                        : guarded;
            }
        });
    }

    private static List<Insn> guarded(Insn.Alu division) {
        Optional<List<Insn>> guarded = GUARDS.replacement(new Program("division", List.of(division), new TreeMap<>()), 0);
        return guarded.orElseThrow();
    }

    private static Insn.Alu with(Insn.Alu division, AluOp op) {
        return new Insn.Alu(division.width(), op, division.dst(), division.src());
    }

    private static List<Insn> replace(List<Insn> insns, Insn old, Insn replacement) {
        var replaced = new ArrayList<>(insns);
        Collections.replaceAll(replaced, old, replacement);
        return replaced;
    }
}
