package dev.tailbound.faults;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Alu;
import dev.tailbound.isa.Insn.Load;
import dev.tailbound.isa.Insn.MovSx;
import dev.tailbound.isa.Insn.Store;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.Rewrite;
import dev.tailbound.jit.SkBuff;
import dev.tailbound.jit.passes.CmpxchgZeroExtension;
import dev.tailbound.jit.passes.ContextConversion;
import dev.tailbound.jit.passes.DivisionGuards;
import dev.tailbound.jit.passes.ProEpilogues;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Faults in the pass that converts accesses to the context into accesses to the kernel's structure; they change the pass's result.
final class ContextFaults {
    private static final int MARK = 0xa8;

    // @formatter:off
    static final List<Fault> ALL = List.of(
            fault    ("fields are read where kernel 6.1 has them", Machine.X86_64,
                     new ContextConversion(SkBuff.X86_64_V6_1)::apply),
            replacing("cb begins one word further",                Machine.ARM64,  insn -> switch (insn) {
                case Load load when isControlBlock(load.off()) -> List.of(new Load(load.size(), false, load.dst(), load.base(), load.off() + 4));
                case Store store when isControlBlock(store.off()) -> List.of(new Store(store.size(), store.base(), store.off() + 4, store.src()));
                default -> List.of(insn);
            }),
            replacing("the mark is stored in 64 bits",             Machine.ARM64,  insn ->
                insn instanceof Store store && store.off() == MARK ? List.of(new Store(Size.DW, store.base(), MARK, store.src())) : List.of(insn)),
            replacing("the mark is loaded in 16 bits",             Machine.X86_64, insn ->
                insn instanceof Load load && load.off() == MARK ? List.of(new Load(Size.H, false, load.dst(), load.base(), MARK)) : List.of(insn)),
            replacing("every part of a field is its lowest",       Machine.X86_64, insn ->
                insn instanceof Alu alu && alu.op() == AluOp.RSH ? List.of() : List.of(insn)),
            replacing("a part of a field is not cut out",          Machine.ARM64,  insn ->
                insn instanceof Alu alu && alu.op() == AluOp.AND ? List.of() : List.of(insn)),
            replacing("signed loads are not extended",             Machine.X86_64, insn ->
                insn instanceof MovSx ? List.of() : List.of(insn)),
            replacing("r0 serves as the hidden register",          Machine.X86_64, insn -> List.of(withR0(insn))),
            replacing("r0 serves as the hidden register",          Machine.ARM64,  insn -> List.of(withR0(insn))));
    // @formatter:on

    private ContextFaults() {}

    private static boolean isControlBlock(int off) {
        return off >= 0x30 && off < 0x44;
    }

    private static Insn withR0(Insn insn) {
        return switch (insn) {
            case Load load when load.dst() == Reg.AX -> new Load(load.size(), false, Reg.R0, load.base(), load.off());
            case Alu alu when alu.src() == Reg.AX -> new Alu(alu.width(), alu.op(), alu.dst(), Reg.R0);
            default -> insn;
        };
    }

    /// `wrong` returns the replacement of an instruction that the pass has emitted.
    private static Fault replacing(String name, Machine machine, Function<Insn, List<Insn>> wrong) {
        var sound = new ContextConversion(machine.profile().skb());
        return fault(name, machine, source -> {
            var converted = sound.apply(source);
            var edit = new Edit(converted);
            for (int i = 0; i < converted.program().size(); i++) {
                var insn = converted.program().insn(i);
                if (source.facts().contextAccesses().get(converted.origin()[i]) && !wrong.apply(insn).equals(List.of(insn))) {
                    edit.replace(i, wrong.apply(insn));
                }
            }
            return edit.apply();
        });
    }

    private static Fault fault(String name, Machine machine, UnaryOperator<Lowered> wrong) {
        var faulty = new Rewrite() {
            @Override
            public String name() {
                return "context";
            }

            @Override
            public Lowered apply(Lowered source) {
                return wrong.apply(source);
            }

            @Override
            public ContextLayout context(ContextLayout before) {
                return machine.profile().skb();
            }
        };
        return new Fault(name, Topic.MEMORY, "", machine, new Lowering(List.of(new ProEpilogues(), faulty,
                new CmpxchgZeroExtension(), new DivisionGuards())), machine.sound());
    }
}
