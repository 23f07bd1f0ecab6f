package dev.tailbound.jit.passes;

import dev.tailbound.cases.Callees.Route;
import dev.tailbound.cases.Generated;
import dev.tailbound.cases.KernelEnvironment;
import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Immediate;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import java.util.ArrayList;
import java.util.List;

/// The kfunc table of a program, extended by its epilogue and prologue.
///
/// A module that the program calls keeps its offset; any other gets the lowest free offset, from 1 on.
final class GeneratedCalls {
    private final List<Descriptor> table;
    private final KernelEnvironment kernelEnvironment;

    GeneratedCalls(List<Descriptor> table, KernelEnvironment kernelEnvironment) {
        this.table = new ArrayList<>(table);
        this.kernelEnvironment = kernelEnvironment;
    }

    List<Descriptor> table() {
        return List.copyOf(table);
    }

    /// The code's instructions, with kfunc calls in the program's form.
    List<Insn> resolve(Generated generated) {
        int module = kernelEnvironment.number(generated.callees());
        return generated.code().insns().subList(0, generated.size()).stream().map(insn -> insn instanceof Insn.CallKfunc call
                ? resolve(call, module, generated.callees().route())
                : insn).toList();
    }

    private Insn resolve(Insn.CallKfunc written, int module, Route route) {
        return switch (route) {
            case IMMEDIATE -> new Insn.CallHelper(new Immediate(written.id(), module).number());
            case KFUNC -> {
                var call = new Insn.CallKfunc(written.id(), off(module));
                var descriptor = new Descriptor(call.id(), call.off(), module);
                if (!table.contains(descriptor)) {
                    table.add(descriptor);
                }
                yield call;
            }
        };
    }

    private int off(int module) {
        return module == 0 ? 0
                : table.stream().filter(known -> known.module() == module).mapToInt(Descriptor::off).findFirst()
                        .orElseGet(this::freeOff);
    }

    private int freeOff() {
        int off = 1;
        while (isTaken(off)) {
            off++;
        }
        return off;
    }

    private boolean isTaken(int off) {
        return table.stream().anyMatch(known -> known.off() == off);
    }
}
