package dev.tailbound.faults;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.CallKfunc;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Immediate;
import dev.tailbound.jit.Lowered;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Faults in the resolution of kernel function calls in prologues and epilogues.
final class GeneratedCallFaults {

    /// The callee of a call in generated code.
    @FunctionalInterface
    private interface Found {
        Descriptor instead(Lowered lowered, Descriptor called);
    }

    static final List<Fault> ALL = List.of(
            finding("calls in prologues and epilogues keep the offset 0", Machine.X86_64,
                    (_, called) -> new Descriptor(called.id(), called.off(), 0)),
            finding("a new module gets an offset that is one too low", Machine.ARM64,
                    (lowered, called) -> isNew(lowered, called)
                            ? new Descriptor(called.id(), called.off(), moduleAt(lowered, called.off() - 1))
                            : called),
            finding("prologue and epilogue give their modules the same offset", Machine.X86_64,
                    (lowered, called) -> isNew(lowered, called) ? new Descriptor(called.id(), called.off(), firstNew(lowered))
                            : called),
            finding("calls in prologues and epilogues find the next function of the table", Machine.ARM64,
                    (_, called) -> new Descriptor(next(called.id()), called.off(), called.module())),
            ProEpilogueFaults.fault("an epilogue that calls finds no result", Machine.X86_64, Topic.FLOW,
                    sound -> afterFill(sound, new Insn.Mov(Width.W64, Reg.R0, new Imm(0)))),
            ProEpilogueFaults.fault("an epilogue that calls finds another context", Machine.ARM64, Topic.FLOW,
                    sound -> afterFill(sound, new Insn.Alu(Width.W64, AluOp.ADD, Reg.R1, new Imm(4)))),
            ProEpilogueFaults.fault("an immediate reaches the kernel's own functions only", Machine.X86_64, Topic.FLOW,
                    sound -> immediates(sound,
                            (call, _) -> List.of(new Insn.CallHelper(new Immediate(call.kfunc(), 0).number())))),
            ProEpilogueFaults.fault("the result of a call by an immediate is lost", Machine.ARM64, Topic.FLOW,
                    sound -> immediates(sound,
                            (call, insn) -> Kfunc.byId(call.kfunc()).orElseThrow().returnsValue() ? List
                                    .of(new Insn.Mov(Width.W64, Reg.AX, Reg.R0), insn, new Insn.Mov(Width.W64, Reg.R0, Reg.AX))
                                    : List.of(insn))));

    private GeneratedCallFaults() {}

    /// Each wrong call gets its own offset.
    private static Fault finding(String name, Machine machine, Found found) {
        return ProEpilogueFaults.fault(name, machine, Topic.FLOW, sound -> {
            var edit = new Edit(sound);
            var table = new ArrayList<>(sound.kfuncs());
            for (int i = 0; i < sound.program().size(); i++) {
                if (!sound.isWritten(i) && sound.program().insn(i) instanceof CallKfunc call) {
                    var instead = found.instead(sound, new Descriptor(call.id(), call.off(), sound.module(call)));
                    var own = new Descriptor(instead.id(), Short.MAX_VALUE - i, instead.module());
                    table.add(own);
                    edit.set(i, new CallKfunc(own.id(), own.off()));
                }
            }
            return edit.apply().withKfuncs(table);
        });
    }

    private static boolean isNew(Lowered lowered, Descriptor called) {
        return called.module() > 0 && lowered.facts().kfuncs().stream().noneMatch(known -> known.module() == called.module());
    }

    private static int moduleAt(Lowered lowered, int off) {
        return lowered.kfuncs().stream().filter(known -> known.off() == off).mapToInt(Descriptor::module).findFirst().orElse(0);
    }

    private static int firstNew(Lowered lowered) {
        return lowered.kfuncs().stream().filter(known -> isNew(lowered, known)).min(Comparator.comparingInt(Descriptor::off))
                .orElseThrow().module();
    }

    private static int next(int id) {
        return Kfunc.byId(id + 1).filter(kfunc -> !kfunc.isSpecial()).orElse(Kfunc.INC10).id();
    }

    /// Corrupts a register of an epilogue with calls, after the load of the context.
    private static Lowered afterFill(Lowered sound, Insn spoils) {
        if (sound.whole().epilogue().stream()
                .noneMatch(epilogue -> epilogue.code().insns().stream().anyMatch(insn -> insn instanceof CallKfunc))) {
            return sound;
        }
        var edit = new Edit(sound);
        for (int i = 0; i < sound.program().size(); i++) {
            if (ProEpilogueFaults.isContextFill(sound, i)) {
                edit.replace(i, List.of(sound.program().insn(i), spoils));
            }
        }
        return edit.apply();
    }

    @FunctionalInterface
    private interface Wrong {
        List<Insn> in(Immediate call, Insn insn);
    }

    private static Lowered immediates(Lowered sound, Wrong wrong) {
        var edit = new Edit(sound);
        for (int i = 0; i < sound.program().size(); i++) {
            if (sound.program().insn(i) instanceof Insn.CallHelper(int id) && Immediate.of(id).isPresent()) {
                edit.replace(i, wrong.in(Immediate.of(id).get(), sound.program().insn(i)));
            }
        }
        return edit.apply();
    }
}
