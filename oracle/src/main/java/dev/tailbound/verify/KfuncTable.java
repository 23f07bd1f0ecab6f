package dev.tailbound.verify;

import dev.tailbound.cases.Surroundings;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The kernel functions that a program may call, collected from all of its instructions before any is verified.
///
/// The kernel keeps a table of types and one of functions for each program, `kfunc_btf_tab` and `kfunc_tab`; both are bounded.
final class KfuncTable {
    /// `MAX_KFUNC_DESCS`.
    private static final int MAX_FUNCTIONS = 256;
    /// `MAX_KFUNC_BTFS`.
    private static final int MAX_MODULES = 256;

    private final Surroundings surroundings;
    private final Set<Descriptor> descriptors = new TreeSet<>(Comparator.comparingInt(Descriptor::id).thenComparingInt(
            Descriptor::off));
    private final Set<Integer> modules = new HashSet<>();

    private KfuncTable(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// The program's table of functions, by type and offset.
    static List<Descriptor> of(Program program, Surroundings surroundings) {
        var table = new KfuncTable(surroundings);
        for (int i = 0; i < program.size(); i++) {
            if (program.insn(i) instanceof Insn.CallKfunc call) {
                table.add(i, call);
            }
        }
        return List.copyOf(table.descriptors);
    }

    private void add(int at, Insn.CallKfunc call) {
        if (descriptors.contains(new Descriptor(call.id(), call.off(), 0))) {
            return;
        }
        if (descriptors.size() == MAX_FUNCTIONS) {
            throw new Rejection(at, "too many different kernel function calls, expected at most %d (E2BIG)", MAX_FUNCTIONS);
        }
        int module = module(at, call.off());
        Optional<Kfunc> kfunc = Kfunc.byId(call.id());
        if (kfunc.isEmpty()) {
            throw new Rejection(at, "kernel btf_id %d is not a function (EINVAL)", call.id());
        }
        if (module > 0 && !kfunc.get().isInModules()) {
            throw new Rejection(at, "kernel btf_id %d is not a function (EINVAL): module %s has no %s", call.id(),
                    surroundings.module(module).name(), kfunc.get().symbol());
        }
        descriptors.add(new Descriptor(call.id(), call.off(), module));
    }

    private int module(int at, int off) {
        if (off == 0) {
            return 0;
        }
        if (off < 0) {
            throw new Rejection(at, "negative offset disallowed for kernel module function call: %d (EINVAL)", off);
        }
        if (surroundings.modules().isEmpty()) {
            throw new Rejection(at, "kfunc offset > 0 without fd_array is invalid: %d, but the case has no module (EPROTO)", off);
        }
        int module = surroundings.moduleAt(off);
        if (module < 0) {
            throw new Rejection(at, "invalid module BTF fd specified: no module has the offset %d (EINVAL)", off);
        }
        if (!surroundings.module(module).hasTypes()) {
            throw new Rejection(at, "BTF fd for kfunc is not a module BTF: module %s has no types (EINVAL)", surroundings.module(
                    module).name());
        }
        if (modules.add(module) && modules.size() > MAX_MODULES) {
            throw new Rejection(at, "too many different module BTFs, expected at most %d (E2BIG)", MAX_MODULES);
        }
        return module;
    }
}
