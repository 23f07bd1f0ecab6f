package dev.tailbound.verify;

import dev.tailbound.cases.Generated;
import dev.tailbound.cases.KernelEnvironment;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The kfuncs that a program calls, collected from all its instructions before any is verified, and then from its epilogue and prologue.
///
/// The kernel has two tables of limited size for each program: `kfunc_btf_tab` for module BTFs and `kfunc_tab` for functions.
final class KfuncTable {
    /// `MAX_KFUNC_DESCS`.
    private static final int MAX_FUNCTIONS = 256;
    /// `MAX_KFUNC_BTFS`.
    private static final int MAX_MODULES = 256;

    private final KernelEnvironment kernelEnvironment;
    /// By BTF id and offset. Calls in generated code use the offset of the case's module, although kernels assign another.
    private final Set<Descriptor> descriptors = new TreeSet<>(
            Comparator.comparingInt(Descriptor::id).thenComparingInt(Descriptor::off));
    private final Set<Integer> modules = new HashSet<>();

    KfuncTable(KernelEnvironment kernelEnvironment) {
        this.kernelEnvironment = kernelEnvironment;
    }

    /// Adds the kfuncs that a program calls; returns the table so far, which is the program's.
    List<Descriptor> add(Program program) {
        for (int i = 0; i < program.size(); i++) {
            if (program.insn(i) instanceof Insn.CallKfunc call) {
                add(i, call);
            }
        }
        return List.copyOf(descriptors);
    }

    private void add(int at, Insn.CallKfunc call) {
        if (!descriptors.contains(new Descriptor(call.id(), call.off(), 0))) {
            checkRoom(at, call);
            add(at, call, module(at, call.off()));
        }
    }

    private void add(int at, Insn.CallKfunc call, int module) {
        checkModule(at, call, module);
        checkFunction(at, call, module);
        descriptors.add(new Descriptor(call.id(), call.off(), module));
    }

    private void checkRoom(int at, Insn.CallKfunc call) {
        if (descriptors.size() == MAX_FUNCTIONS) {
            throw new Rejection(at, "too many different kernel function calls with %s, expected at most %d (E2BIG)", call.name(),
                    MAX_FUNCTIONS);
        }
    }

    private void checkModule(int at, Insn.CallKfunc call, int module) {
        if (module > 0 && modules.add(module) && modules.size() > MAX_MODULES) {
            throw new Rejection(at, "too many different module BTFs with that of %s for %s, expected at most %d (E2BIG)",
                    kernelEnvironment.module(module).name(), call.name(), MAX_MODULES);
        }
    }

    private void checkFunction(int at, Insn.CallKfunc call, int module) {
        var kfunc = Kfunc.byId(call.id());
        if (kfunc.isEmpty()) {
            throw new Rejection(at, "kernel btf_id %d is not a function (EINVAL)", call.id());
        }
        if (module > 0 && !kfunc.get().isInModules()) {
            throw new Rejection(at, "kernel btf_id %d is not a function (EINVAL): module %s has no %s", call.id(),
                    kernelEnvironment.module(module).name(), call.name());
        }
    }

    private int module(int at, int off) {
        if (off == 0) {
            return 0;
        }
        if (off < 0) {
            throw new Rejection(at, "negative offset disallowed for kernel module function call: %d (EINVAL)", off);
        }
        if (kernelEnvironment.modules().isEmpty()) {
            throw new Rejection(at, "kfunc offset > 0 without fd_array is invalid: %d, but the case has no module (EPROTO)", off);
        }
        int module = kernelEnvironment.moduleAt(off);
        if (module < 0) {
            throw new Rejection(at, "invalid module BTF fd specified: no module has the offset %d (EINVAL)", off);
        }
        if (!kernelEnvironment.module(module).hasTypes()) {
            throw new Rejection(at, "BTF fd for kfunc is not a module BTF: module %s has no types (EINVAL)",
                    kernelEnvironment.module(module).name());
        }
        return module;
    }

    /// Adds the kfuncs that generated code calls. Checks are in the kernel's order, so that the first error is the same.
    void add(Generated generated) {
        int module = kernelEnvironment.number(generated.callees());
        for (int i = 0; i < generated.size(); i++) {
            if (generated.code().insn(i) instanceof Insn.CallKfunc call) {
                switch (generated.callees().route()) {
                    case KFUNC -> addGenerated(i, new Insn.CallKfunc(call.id(), kernelEnvironment.off(module)), module,
                            generated.kind().word());
                    case IMMEDIATE -> checkImmediate(i, call, module, generated.kind().word());
                }
            }
        }
    }

    private void addGenerated(int at, Insn.CallKfunc call, int module, String where) {
        if (module > 0 && !kernelEnvironment.module(module).hasTypes()) {
            throw new Rejection(at, "cannot find BTF from %s for kfunc %s used in %s (EINVAL)",
                    kernelEnvironment.module(module).name(), call.name(), where);
        }
        checkSpecial(at, call, module, where);
        if (!descriptors.contains(new Descriptor(call.id(), call.off(), module))) {
            checkModule(at, call, module);
            checkRoom(at, call);
            add(at, call, module);
        }
    }

    private static void checkSpecial(int at, Insn.CallKfunc call, int module, String where) {
        if (module == 0 && Kfunc.byId(call.id()).filter(Kfunc::isSpecial).isPresent()) {
            throw new Rejection(at, "%s cannot use special kfunc %s (EINVAL)", where, call.name());
        }
    }

    /// A call by immediate needs no table entry, only an address within the immediate's range.
    private void checkImmediate(int at, Insn.CallKfunc call, int module, String where) {
        checkSpecial(at, call, module, where);
        checkFunction(at, call, module);
        if (module > 0 && kernelEnvironment.module(module).isFar()) {
            throw new Rejection(at,
                    "address of kernel function %s is out of range of an immediate in %s (EINVAL): module %s is far",
                    call.name(), where, kernelEnvironment.module(module).name());
        }
    }
}
